/** What eyes over the shoulder may see. A price to be paid is never hidden. */
class Privacy {
  hideMoney = $state(false);
}

export const privacy = new Privacy();
