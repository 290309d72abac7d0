//! Payments that look like somebody's: whom, for what, when. The same ones every time.

/// A made-up payment.
pub(crate) struct Row {
    pub(crate) payee: String,
    pub(crate) merchant: u64,
    pub(crate) note: String,
    pub(crate) at_ms: u64,
}

/// How many different payees there are.
pub(crate) const MERCHANTS: u64 = 400;

const FIRST: [&str; 20] = [
    "Corner", "Daily", "Harbour", "Maple", "North", "Old", "Bright", "Little", "Green", "Station",
    "River", "Market", "Copper", "Silver", "Café", "Sunny", "Hill", "Park", "Moon", "Stone",
];
const SECOND: [&str; 20] = [
    "Shop", "Paper", "Bakery", "Books", "Radio", "Arcade", "Kiosk", "Garden", "Tram", "Kitchen",
    "Library", "Theatre", "Cycles", "Press", "Records", "Laundry", "Museum", "Ferry", "Dairy",
    "Workshop",
];
const THINGS: [&str; 40] = [
    "coffee",
    "tea",
    "article",
    "ticket",
    "bread",
    "lunch",
    "song",
    "photo",
    "stamp",
    "newspaper",
    "charging",
    "parking",
    "locker",
    "postcard",
    "juice",
    "soup",
    "podcast",
    "chapter",
    "map",
    "game",
    "umbrella",
    "flowers",
    "cheese",
    "apples",
    "repair",
    "print",
    "copy",
    "tip",
    "donation",
    "video",
    "sticker",
    "badge",
    "noodles",
    "milk",
    "pencil",
    "magazine",
    "toilet",
    "shower",
    "wifi",
    "rent",
];
const PEOPLE: [&str; 10] = [
    "Ada", "Björn", "Chidi", "Dana", "Emeka", "Fatima", "Grace", "Hiro", "Inés", "Jürgen",
];

/// What somebody types, letter after letter: common, rare, two words, and nothing that is there.
pub(crate) const TYPED: [&str; 6] = [
    "coffee",
    "corner bak",
    "café jürg",
    "n99999",
    "tram tic",
    "zzz",
];

/// The row of this number.
pub(crate) fn row(number: u64) -> Row {
    // A fixed walk through the lists: no two neighbours alike, and nothing to seed.
    let pick = |salt: u64, among: usize| {
        let mixed = (number ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        usize::try_from((mixed >> 33) % u64::try_from(among).unwrap_or(1)).unwrap_or(0)
    };
    let word = |list: &[&str], at: usize| list.get(at).copied().unwrap_or_default().to_owned();
    let merchant = pick(1, usize::try_from(MERCHANTS).unwrap_or(1));
    let payee = format!(
        "{} {}",
        word(&FIRST, merchant % FIRST.len()),
        word(&SECOND, merchant / FIRST.len() % SECOND.len())
    );
    let note = format!(
        "{} and {} with {}, n{number}",
        word(&THINGS, pick(2, THINGS.len())),
        word(&THINGS, pick(3, THINGS.len())),
        word(&PEOPLE, pick(4, PEOPLE.len())),
    );
    Row {
        payee,
        merchant: u64::try_from(merchant).unwrap_or(0),
        note,
        at_ms: 1_700_000_000_000 + number * 500_000,
    }
}

/// Every beginning of every text that is typed, in the order in which a search box sees them.
pub(crate) fn keystrokes() -> impl Iterator<Item = &'static str> {
    TYPED.iter().flat_map(|text| {
        text.char_indices()
            .map(|(at, letter)| at + letter.len_utf8())
            .filter_map(|end| text.get(..end))
    })
}
