const LOOKALIKES = Object.fromEntries(
  [..."aáeéiíoóuúnñcçAÁEÉIÍOÓUÚNÑCÇyýsš"].reduce(
    (pairs, char, at, all) => (at % 2 ? pairs : [...pairs, [char, all[at + 1]]]),
    [],
  ),
);

/** English, accented and 40 % longer; what stands in braces stays. */
export function pseudoText(text) {
  const told = text.replace(/\{[^}]*\}|[^{]+/g, (part) =>
    part.startsWith("{") ? part : part.replace(/[a-zA-Z]/g, (c) => LOOKALIKES[c] ?? c),
  );
  const more = Math.ceil(text.replace(/\{[^}]*\}/g, "").length * 0.4);
  // In words of five, because no language is one long word.
  const tail = "~".repeat(more).replace(/~{5}/g, "~~~~~ ").trim();
  return `[${told} ${tail}]`;
}

/** Every message of a language as a pseudo-message. */
export const pseudo = (messages) =>
  Object.fromEntries(Object.entries(messages).map(([key, text]) => [key, pseudoText(text)]));
