import { parse } from "svelte/compiler";

/** Attributes that are read out or shown. */
const TOLD = new Set([
  "alt", "aria-description", "aria-label", "aria-placeholder", "aria-roledescription",
  "aria-valuetext", "error", "hint", "label", "name", "next", "placeholder", "title",
]);

const LETTER = /\p{L}/u;

/** Every text in a template that was written there and not taken from the messages. */
export function wordsIn(source) {
  const found = [];
  const complain = (node, text) => {
    if (!LETTER.test(text)) return;
    const line = source.slice(0, node.start).split("\n").length;
    found.push({ line, text: text.trim() });
  };

  // What `{…}` can put on the screen: a text, or one of two; never what is handed to a function.
  const shown = (expression) => {
    if (expression?.type === "Literal" && typeof expression.value === "string") {
      complain(expression, expression.value);
    } else if (expression?.type === "TemplateLiteral") {
      for (const quasi of expression.quasis) complain(quasi, quasi.value.cooked);
    } else if (expression?.type === "ConditionalExpression") {
      shown(expression.consequent);
      shown(expression.alternate);
    } else if (expression?.type === "LogicalExpression") {
      shown(expression.left);
      shown(expression.right);
    }
  };

  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== "object") return;
    if (node.type === "Text") return complain(node, node.data);
    if (node.type === "ExpressionTag") return shown(node.expression);
    if (node.type === "Attribute") {
      if (TOLD.has(node.name)) visit(node.value);
      return;
    }
    for (const [key, value] of Object.entries(node)) if (key !== "expression") visit(value);
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}
