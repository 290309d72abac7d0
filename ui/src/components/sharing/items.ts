import AtSign from "@lucide/svelte/icons/at-sign";
import Cake from "@lucide/svelte/icons/cake";
import ChartNoAxesColumn from "@lucide/svelte/icons/chart-no-axes-column";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import Heart from "@lucide/svelte/icons/heart";
import KeyRound from "@lucide/svelte/icons/key-round";
import Languages from "@lucide/svelte/icons/languages";
import MapPin from "@lucide/svelte/icons/map-pin";
import Phone from "@lucide/svelte/icons/phone";
import ReceiptText from "@lucide/svelte/icons/receipt-text";
import ShoppingBag from "@lucide/svelte/icons/shopping-bag";
import StickyNote from "@lucide/svelte/icons/sticky-note";
import UserRound from "@lucide/svelte/icons/user-round";

const ICONS: Readonly<Record<string, typeof AtSign>> = {
  name: UserRound,
  email: AtSign,
  phone: Phone,
  region: MapPin,
  language: Languages,
  age_band: Cake,
  interests: Heart,
  contact_key: KeyRound,
  note: StickyNote,
  purchases: ShoppingBag,
  receipt_copy: ReceiptText,
  statistics: ChartNoAxesColumn,
};

/** The picture beside what may be shared; its name always stands with it. */
export const iconOf = (item: string): typeof AtSign => ICONS[item] ?? CircleQuestionMark;
