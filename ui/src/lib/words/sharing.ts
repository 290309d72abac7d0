import { m } from "./language.svelte";

const ITEMS: Readonly<Record<string, () => string>> = {
  name: m.item_name,
  email: m.item_email,
  phone: m.item_phone,
  region: m.item_region,
  language: m.item_language,
  age_band: m.item_age_band,
  interests: m.item_interests,
  contact_key: m.item_contact_key,
  note: m.item_note,
  purchases: m.item_purchases,
  receipt_copy: m.item_receipt_copy,
  statistics: m.item_statistics,
};

const PURPOSES: Readonly<Record<string, () => string>> = {
  deliver: m.for_deliver,
  receipt: m.for_receipt,
  recommend: m.for_recommend,
  research: m.for_research,
  marketing: m.for_marketing,
};

const AGES: Readonly<Record<string, () => string>> = {
  "under 18": m.age_under_18,
  "65 or more": m.age_over_65,
};

/** What may be shared; what is not known by name is called as it was asked for. */
export const itemName = (item: string): string => ITEMS[item]?.() ?? item;

/** What for, to stand after a name. */
export const purposeName = (purpose: string | null): string | undefined =>
  purpose === null ? undefined : PURPOSES[purpose]?.();

/** A value as it is told, in the person's words where it is one of ours. */
export const valueName = (value: string): string => AGES[value]?.() ?? value;

/** The age groups the app knows. */
export const AGE_BANDS = ["under 18", "18-29", "30-44", "45-64", "65 or more"] as const;
