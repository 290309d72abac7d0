//! What to tell a person, in English: for every code, what happened in general and what
//! to do next. What happened in particular is the error's own sentence; where the money
//! is, [`crate::Money`]'s.

use crate::failure::Exit;

/// What a code means, what to do about it, and how a command that met it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The error's stable name.
    pub code: &'static str,
    /// What happened, for a headline.
    pub what: &'static str,
    /// What to do next, as one sentence.
    pub next: &'static str,
    /// How a command that met it ends.
    pub exit: Exit,
}

const fn message(
    exit: Exit,
    code: &'static str,
    what: &'static str,
    next: &'static str,
) -> Message {
    Message {
        code,
        what,
        next,
        exit,
    }
}

/// Every code there is a message for, by name.
pub const ALL: &[Message] = &[
    message(
        Exit::Refused,
        "above_balance_cap",
        "The purses would hold more than they may",
        "Spend something first, or let less come in: Farthing is for small change.",
    ),
    message(
        Exit::Refused,
        "above_max_total",
        "It could cost more than you allowed",
        "Raise --max-total if you agree with the review.",
    ),
    message(
        Exit::Refused,
        "above_payee_limit",
        "This is more than your limit for this payee",
        "Raise the limit with `merchant ID limit`, or wait until less was spent there.",
    ),
    message(
        Exit::Refused,
        "above_payment_cap",
        "This is more than one payment may take",
        "Pay less at once, or pay this another way: Farthing is for small change.",
    ),
    message(
        Exit::NotDone,
        "address_refused",
        "This address cannot be used",
        "Check it: issuers have https addresses on the open internet, practice issuers http ones on this machine.",
    ),
    message(
        Exit::NotDone,
        "already_paid",
        "You have already paid this, or a payment of it is still open",
        "Do not pay again. farthing history shows what became of it.",
    ),
    message(
        Exit::NotDone,
        "already_redeemed",
        "Somebody redeemed this already",
        "If you were to get it, ask whoever gave it for another.",
    ),
    message(
        Exit::Usage,
        "amount_fixed",
        "The code names its amount",
        "Leave --amount out.",
    ),
    message(
        Exit::Usage,
        "amount_needed",
        "The code leaves the amount open",
        "Say how much with --amount.",
    ),
    message(
        Exit::Usage,
        "amount_out_of_bounds",
        "The payee does not take this amount",
        "Choose an amount between the bounds it names.",
    ),
    message(
        Exit::Usage,
        "bad_amount",
        "The amount cannot be read",
        "Write it like 21, 21 sat or $1.01.",
    ),
    message(
        Exit::Usage,
        "bad_contact",
        "This is no way to reach anybody",
        "Give an e-mail address, an https address, or tel: and a number.",
    ),
    message(
        Exit::Usage,
        "bad_currency",
        "There is no such currency",
        "Write its three letters, like EUR or KES.",
    ),
    message(
        Exit::Usage,
        "bad_date",
        "The date cannot be read",
        "Write it like 2026-11-21.",
    ),
    message(
        Exit::Usage,
        "bad_end",
        "It cannot be shared until then",
        "Name a day within the next two years, like 2026-12-31.",
    ),
    message(
        Exit::Usage,
        "bad_figure",
        "The figure cannot be read",
        "Write it like 4.31, with no more decimals than the currency has.",
    ),
    message(
        Exit::Usage,
        "bad_id",
        "The id cannot be read",
        "Copy it whole from the answer or the history it stands in.",
    ),
    message(
        Exit::Usage,
        "bad_month",
        "The month cannot be read",
        "Write it like 2026-11.",
    ),
    message(
        Exit::Usage,
        "bad_recipient",
        "This is no key to lock a file for",
        "Copy it whole: it begins with age1.",
    ),
    message(
        Exit::Usage,
        "bad_unit",
        "The unit cannot be read",
        "Write sat, usd, eur or the issuer's own unit.",
    ),
    message(
        Exit::Usage,
        "bad_value",
        "This cannot stand for what it should be",
        "Look at the example in the message and type it again.",
    ),
    message(
        Exit::Usage,
        "bad_words",
        "These are not recovery words",
        "Check the spelling and the order; all 12 are needed.",
    ),
    message(
        Exit::NotDone,
        "cannot_create",
        "No wallet could be made",
        "Check that the folder is yours and has room.",
    ),
    message(
        Exit::Usage,
        "cannot_share",
        "You have not said this about yourself yet",
        "Say it with `sharing details`, or leave it out: what the payee only wishes for can stay untold.",
    ),
    message(
        Exit::Locked,
        "cannot_unlock",
        "The wallet does not open",
        "Try again; if it goes on, restore it from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::NotDone,
        "clocks_differ",
        "This device's clock and the issuer's differ",
        "Set this device's date and time right, then try again.",
    ),
    message(
        Exit::NotDone,
        "code_damaged",
        "The code is damaged",
        "Copy it again, whole, or ask for a new one.",
    ),
    message(
        Exit::NotDone,
        "code_expired",
        "The code has run out",
        "Ask the payee for a new one.",
    ),
    message(
        Exit::NotDone,
        "code_has_invisible_characters",
        "The code holds invisible characters",
        "Do not pay it: no honest code has them. Ask for a new one.",
    ),
    message(
        Exit::Usage,
        "code_is_money",
        "This is money for you, not a request for it",
        "Take it in with farthing redeem.",
    ),
    message(
        Exit::NotDone,
        "code_not_payable",
        "This code cannot be paid",
        "Ask the payee for a Lightning invoice or a Cashu payment request.",
    ),
    message(
        Exit::NotDone,
        "code_too_long",
        "This is too long for a code",
        "Check that you copied one code and nothing else.",
    ),
    message(
        Exit::StillDeciding,
        "collected_elsewhere",
        "The issuer says that a copy of this wallet took this in",
        "Look on the other devices that have one. farthing recover looks for it here too.",
    ),
    message(
        Exit::NotDone,
        "contact_not_found",
        "The site does not say how it can be reached",
        "Look for an address on its pages, then say it with `merchant ID contact set`.",
    ),
    message(
        Exit::NotDone,
        "dearer_than_reviewed",
        "It now costs more than was shown",
        "Look at the new figures, and say yes again if you agree.",
    ),
    message(
        Exit::NotDone,
        "declined",
        "You said no",
        "Nothing was done; try again when you are ready.",
    ),
    message(
        Exit::NotDone,
        "disk_failing",
        "The disk gives errors",
        "Copy the wallet's whole folder to another disk now, and use only the copy from then on: farthing --home COPY recover.",
    ),
    message(
        Exit::NotDone,
        "disk_full",
        "The disk is full",
        "Free some space, then run farthing recover: it finishes what was begun.",
    ),
    message(
        Exit::NotDone,
        "disk_read_only",
        "The wallet's folder cannot be written to",
        "Make it writable; or copy the whole folder to where you can write, and use only the copy from then on: farthing --home COPY balance.",
    ),
    message(
        Exit::Done,
        "ending_lost",
        "How it ended was lost with the damaged history",
        "It counts as paid: ask the payee before you pay again.",
    ),
    message(
        Exit::NotDone,
        "erase_undecided",
        "A payment is not decided yet, and the words do not know of it",
        "Run `farthing recover` until it is, then erase.",
    ),
    message(
        Exit::NotDone,
        "erase_unpaid_invoices",
        "An invoice of yours can still be paid, and that money would be lost",
        "Wait until it has expired, or say --leave-invoices if nobody will pay it.",
    ),
    message(
        Exit::Refused,
        "fee_above_cap",
        "The fees are out of proportion",
        "Pay more at once, or from a purse whose issuer charges less.",
    ),
    message(
        Exit::Usage,
        "file_unreadable",
        "The file cannot be read",
        "Check that it is there, that you may read it, and that it holds a picture or a text with one code.",
    ),
    message(
        Exit::NotDone,
        "file_unwritable",
        "The file cannot be written",
        "Name a place where there is no file yet and you may write.",
    ),
    message(
        Exit::NotDone,
        "files_damaged",
        "A file of the wallet is damaged",
        "Run farthing doctor: it says which file it is and what to do.",
    ),
    message(
        Exit::NotDone,
        "files_unusable",
        "The wallet's files cannot be used",
        "Run farthing doctor; it says what is wrong with them.",
    ),
    message(
        Exit::NotDone,
        "folder_unusable",
        "The wallet's folder cannot be used",
        "Check that it exists, belongs to you and has room.",
    ),
    message(
        Exit::NotDone,
        "history_file_unusable",
        "The history file cannot be used",
        "The money is not in that file: farthing balance still shows it. farthing recover --new-history keeps the damaged file and begins a new history with all that can be read.",
    ),
    message(
        Exit::Usage,
        "input_too_long",
        "The input is too long",
        "Give the code itself, or a picture of at most 20 MiB.",
    ),
    message(
        Exit::StillDeciding,
        "internal",
        "Farthing made a mistake and stopped",
        "Run farthing recover: it asks the issuers what really happened.",
    ),
    message(
        Exit::Usage,
        "is_sign_in",
        "This code asks you to sign in, not to pay",
        "Sign in with farthing sign-in, if you know the site.",
    ),
    message(
        Exit::NotDone,
        "issuer_answer_lost",
        "The issuer's answer was lost",
        "Run farthing recover before you try again.",
    ),
    message(
        Exit::NotDone,
        "issuer_dishonest",
        "The issuer gave a wrong answer",
        "Do not send it more money; move what you have to another issuer.",
    ),
    message(
        Exit::NotDone,
        "issuer_keys_of_another",
        "This issuer's keys are those of another issuer you have",
        "Use the purse you have: this is the same issuer under another address, or it pretends to be.",
    ),
    message(
        Exit::NotDone,
        "issuer_refused",
        "The issuer refused",
        "Read why, or use another issuer.",
    ),
    message(
        Exit::NotDone,
        "issuer_trouble",
        "The issuer did not do what it was asked",
        "Run farthing recover, then try again.",
    ),
    message(
        Exit::NotDone,
        "issuer_unreachable",
        "The issuer cannot be reached",
        "Check the connection and the address, then try again.",
    ),
    message(
        Exit::Locked,
        "keychain_absent",
        "The keychain is not there",
        "Open it in a session of the system it was made on, where the keychain runs, or restore it from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Locked,
        "keychain_changed",
        "Another kind of keychain is here",
        "Open it on the system it was made on, or restore it from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Locked,
        "keychain_entry_damaged",
        "The keychain's entry is damaged",
        "Put a sound copy of the keychain back, or restore the wallet from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Locked,
        "keychain_entry_lost",
        "The keychain does not know this wallet",
        "If the keychain was emptied or this is another device, restore the wallet from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Locked,
        "keychain_entry_twice",
        "The keychain holds this wallet's entry twice",
        "Put a sound copy of the keychain back, or restore the wallet from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Locked,
        "keychain_failed",
        "The keychain failed",
        "Try again; if it goes on, restart the system's keychain, or restore the wallet from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Locked,
        "keychain_locked",
        "The keychain is locked",
        "Unlock the system's keychain, then try again.",
    ),
    message(
        Exit::Locked,
        "keychain_silent",
        "The keychain does not answer",
        "See whether the system's keychain is waiting for you, or restart it, then try again.",
    ),
    message(
        Exit::NotDone,
        "keychain_unusable",
        "The keychain cannot be used",
        "Try again, or make the wallet with --keychain none and a passphrase.",
    ),
    message(
        Exit::NotDone,
        "library_unusable",
        "The library of kept pages cannot be used",
        "Run farthing doctor. What was paid for can be got again.",
    ),
    message(
        Exit::NotDone,
        "locked_to_a_key",
        "This e-cash is locked",
        "Only the holder of that key can redeem it; ask for e-cash without a lock.",
    ),
    message(
        Exit::Locked,
        "made_by_newer_version",
        "A newer Farthing made this wallet",
        "Install the newer version.",
    ),
    message(
        Exit::NotDone,
        "mail_not_opened",
        "No mail program was opened",
        "Copy the letter and send it by hand.",
    ),
    message(
        Exit::NotDone,
        "merchant_undecided",
        "A payment to this merchant is not decided yet",
        "Wait until it is decided, or run `recover`, then forget the merchant.",
    ),
    message(
        Exit::Refused,
        "mixed_units",
        "The units do not fit together",
        "Use a purse of the unit that is asked for.",
    ),
    message(
        Exit::NotDone,
        "money_file_unusable",
        "The money file cannot be used",
        "Keep the folder as it is; the 12 recovery words bring the money back in another: farthing --home NEW init --restore, then farthing purse add with each issuer.",
    ),
    message(
        Exit::NotDone,
        "name_not_proven",
        "This name cannot be proven",
        "Do not pay it. Check this device's clock, or ask the payee for another code.",
    ),
    message(
        Exit::Usage,
        "needs_yes",
        "This has to be confirmed",
        "Run it on a terminal, or add --yes.",
    ),
    message(
        Exit::NotDone,
        "no_code",
        "There is no code here",
        "Give the code itself, or a file with a picture or text of it.",
    ),
    message(
        Exit::NotDone,
        "no_code_in_picture",
        "No code was found in the picture",
        "Take the picture again: straight, sharp and whole.",
    ),
    message(
        Exit::NotDone,
        "no_currency",
        "No currency is chosen",
        "Choose one with farthing rates set.",
    ),
    message(
        Exit::NotDone,
        "no_fitting_purse",
        "No purse holds what the payee takes",
        "Add a purse with an issuer the payee takes, and top it up.",
    ),
    message(
        Exit::Usage,
        "no_home",
        "There is no place for a wallet",
        "Say where with --home DIR.",
    ),
    message(
        Exit::NotDone,
        "no_issuer_for_offers",
        "None of your issuers pays Lightning offers (BOLT 12)",
        "Ask for another code, or add an issuer that pays offers.",
    ),
    message(
        Exit::Usage,
        "no_limit",
        "A limit of nothing is a block",
        "Name an amount above zero, or use `merchant ID block`.",
    ),
    message(
        Exit::NotDone,
        "no_practice_town",
        "This wallet has no practice town",
        "Only a practice wallet made in a town can ask its people for something.",
    ),
    message(
        Exit::NotDone,
        "no_purse",
        "There is no purse for this",
        "Add one with farthing purse add URL.",
    ),
    message(
        Exit::NotDone,
        "no_rate",
        "No rate is known that is not a day old",
        "Try again later, or write the amount in sat.",
    ),
    message(
        Exit::Usage,
        "no_secret",
        "The PIN or passphrase is missing",
        "Run it on a terminal, or name a file with --secret-file.",
    ),
    message(
        Exit::NotDone,
        "no_site",
        "This merchant has no site that could be asked",
        "Say how it is reached with `merchant ID contact set`.",
    ),
    message(
        Exit::Usage,
        "no_such_item",
        "This is nothing that can be shared",
        "Name one of: name, email, phone, region, language, age_band, interests, contact_key, note.",
    ),
    message(
        Exit::Usage,
        "no_such_law",
        "This law is not known",
        "Write gdpr or ccpa.",
    ),
    message(
        Exit::NotDone,
        "no_such_merchant",
        "There is no such merchant",
        "List those there are with `merchants`.",
    ),
    message(
        Exit::NotDone,
        "no_such_page",
        "There is no such page here",
        "Check the address: it begins with https://.",
    ),
    message(
        Exit::NotDone,
        "no_such_payment",
        "There is no such payment",
        "Copy its id from farthing history.",
    ),
    message(
        Exit::Usage,
        "no_such_purpose",
        "This is no purpose",
        "Name one of: deliver, receipt, recommend, research, marketing.",
    ),
    message(
        Exit::Usage,
        "no_such_request",
        "There is no such request",
        "Look at its id with `merchant ID`, or `sharing requests`; to make one, write access, erasure or notice.",
    ),
    message(
        Exit::NotDone,
        "no_such_review",
        "There is no such review",
        "Review the code again.",
    ),
    message(
        Exit::NotDone,
        "no_such_unit",
        "The issuer does not keep this unit",
        "Choose one of the units it names.",
    ),
    message(
        Exit::Locked,
        "no_wallet",
        "There is no wallet here",
        "Make one with farthing init, or name another folder with --home.",
    ),
    message(
        Exit::Usage,
        "nobody_asked",
        "Nobody asked for this",
        "Leave it out of --share.",
    ),
    message(
        Exit::NotDone,
        "nobody_paid",
        "Nobody paid it in time",
        "Ask for the money once more.",
    ),
    message(
        Exit::Usage,
        "not_a_sign_in",
        "This code asks for no sign-in",
        "See what it is with farthing review or farthing scan.",
    ),
    message(
        Exit::StillDeciding,
        "not_all_looked_for",
        "Not all the money has been looked for yet",
        "Run the same command again: what was found is in the purse, and it goes on from there.",
    ),
    message(
        Exit::NotDone,
        "not_enough",
        "There is not enough in the purse",
        "Top it up, pay less, pay from another purse, or bring money together with farthing move.",
    ),
    message(
        Exit::NotDone,
        "not_looked_at",
        "This was not looked at first",
        "Look at it first, then say yes.",
    ),
    message(
        Exit::NotDone,
        "not_money",
        "This is not e-cash",
        "To pay it, use farthing pay.",
    ),
    message(
        Exit::NotDone,
        "not_shared",
        "This is not shared",
        "There is nothing to do: the merchant cannot learn it.",
    ),
    message(
        Exit::NotDone,
        "not_through",
        "It did not go through",
        "Try again, or use another issuer.",
    ),
    message(
        Exit::Usage,
        "not_with_payments",
        "This does not go with a payment",
        "It is handed over as a file, when you make one.",
    ),
    message(
        Exit::NotDone,
        "note_too_long",
        "The payee takes no note as long as this",
        "Shorten the note, or do not share it.",
    ),
    message(
        Exit::NotDone,
        "nothing_taken_back",
        "There is nothing to tell this merchant",
        "A notice says that you took a yes back; switch something off first that it was told.",
    ),
    message(
        Exit::Refused,
        "nothing_to_move",
        "The amount is zero",
        "Name an amount above zero.",
    ),
    message(
        Exit::NotDone,
        "old_copies_stay",
        "It is forgotten here, and old copies may still be readable",
        "Destroy old copies and backups of the wallet's folder yourself.",
    ),
    message(
        Exit::NotDone,
        "old_copy",
        "These files are an old copy of the wallet",
        "Connect to the internet and run farthing recover: it asks the issuers what is still yours. Nothing is paid before.",
    ),
    message(
        Exit::NotDone,
        "other_network",
        "The code is for another network",
        "Play money and real money do not mix: use the wallet that fits.",
    ),
    message(
        Exit::NotDone,
        "other_unit",
        "The purse holds another unit",
        "Name a purse of the right unit with --purse.",
    ),
    message(
        Exit::Locked,
        "other_words",
        "These are the words of another wallet",
        "Look for the paper of this wallet: nothing was changed.",
    ),
    message(
        Exit::NotDone,
        "page_is_free",
        "This page costs nothing",
        "farthing fetch gets it.",
    ),
    message(
        Exit::NotDone,
        "page_names_price",
        "This page names its own price",
        "Leave --amount away.",
    ),
    message(
        Exit::NotDone,
        "page_not_given",
        "The site does not give this page",
        "Check the address, or ask the site.",
    ),
    message(
        Exit::NotDone,
        "page_not_payable",
        "This page wants to be paid in a way Farthing cannot pay",
        "Ask the site whether it takes Lightning or Cashu e-cash.",
    ),
    message(
        Exit::StillDeciding,
        "page_still_deciding",
        "Whether this page was paid is not decided yet",
        "Do not pay again. farthing recover asks about it.",
    ),
    message(
        Exit::NotDone,
        "page_too_long",
        "This is longer than anything Farthing keeps",
        "Nothing was paid for it now. Get it with a browser.",
    ),
    message(
        Exit::NotDone,
        "paid_page_broken_off",
        "This was paid for, and did not come whole",
        "Run farthing fetch again: it goes on where it was and pays nothing.",
    ),
    message(
        Exit::NotDone,
        "paid_page_refused",
        "This was paid for, and the site does not give it",
        "Show the site your receipt: farthing receipt has the proof. Farthing does not pay it again.",
    ),
    message(
        Exit::NotDone,
        "paid_page_without_proof",
        "This was paid for, and the issuer gave no proof of it",
        "Show the site your receipt, and ask the issuer for the proof.",
    ),
    message(
        Exit::NotDone,
        "passphrase_needed",
        "A PIN is not enough here",
        "Without a keychain choose a passphrase of several words.",
    ),
    message(
        Exit::Locked,
        "passphrase_or_words_needed",
        "Too many wrong PINs",
        "Open it with the passphrase if it has one, or restore it from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::Refused,
        "payee_blocked",
        "You blocked this payee",
        "Lift the block first if you want to pay it.",
    ),
    message(
        Exit::NotDone,
        "payee_demands",
        "The payee takes no payment without knowing something about you",
        "Tell it with --share if you agree to that, or do not pay here: nothing was told or paid.",
    ),
    message(
        Exit::NotDone,
        "payee_refused",
        "The payee did not take it",
        "Ask the payee why, or for a new code.",
    ),
    message(
        Exit::NotDone,
        "picture_unreadable",
        "The picture cannot be read",
        "Use a PNG, JPEG, GIF, WebP or BMP picture of a usual size.",
    ),
    message(
        Exit::NotDone,
        "practice_town_closed",
        "The practice town does not answer",
        "Open the town again, then try again.",
    ),
    message(
        Exit::NotDone,
        "practice_town_refused",
        "The practice town did not do it",
        "Ask for a new code and try again.",
    ),
    message(
        Exit::NotDone,
        "price_changed",
        "The price changed before it was paid",
        "Look at a new review, and pay only if you agree.",
    ),
    message(
        Exit::Done,
        "refused_but_taken",
        "The payee rejected it, and the issuer says it was redeemed",
        "Show the payee your receipt. A copy of this wallet, if there is one, may have spent it before.",
    ),
    message(
        Exit::NotDone,
        "review_expired",
        "The review has run out",
        "Review the code again.",
    ),
    message(
        Exit::NotDone,
        "review_used",
        "The review was already used",
        "Look at farthing history before you pay again.",
    ),
    message(
        Exit::Refused,
        "rules_changed",
        "The rules have changed since the review, or a payment to this payee has begun since",
        "Review it again, and say yes to what it needs now.",
    ),
    message(
        Exit::Usage,
        "same_purse",
        "The money is in this purse already",
        "Name another purse; farthing balance lists them.",
    ),
    message(
        Exit::Usage,
        "secret_file_open_to_others",
        "Others can read the secret file",
        "Close it to others with chmod 600, and choose another secret if someone may have read it.",
    ),
    message(
        Exit::Usage,
        "secret_file_unreadable",
        "The secret file cannot be read",
        "Check its name, and that its first line is the PIN or passphrase.",
    ),
    message(
        Exit::Locked,
        "secret_needed",
        "This needs your PIN or passphrase",
        "Give it and say yes again.",
    ),
    message(
        Exit::NotDone,
        "secret_too_weak",
        "This secret is too weak",
        "Choose a longer one.",
    ),
    message(
        Exit::Usage,
        "secrets_differ",
        "The two secrets differ",
        "Start again and type the same twice.",
    ),
    message(
        Exit::NotDone,
        "several_codes",
        "There are several codes in the picture",
        "Show one of them alone.",
    ),
    message(
        Exit::NotDone,
        "site_dishonest",
        "The other side asked for something other than was agreed",
        "Do not try again; ask whoever showed you the code.",
    ),
    message(
        Exit::NotDone,
        "site_not_understood",
        "The answer of the other side cannot be read",
        "Ask for a Lightning invoice or a Cashu payment request instead.",
    ),
    message(
        Exit::NotDone,
        "site_redirects",
        "The site sends from one address to the next without an end",
        "Ask the site for another address.",
    ),
    message(
        Exit::NotDone,
        "site_refused",
        "The other side refused",
        "Read why, or ask for a new code.",
    ),
    message(
        Exit::NotDone,
        "site_sends_elsewhere",
        "The site sends to another site",
        "Ask for that address yourself if you trust it.",
    ),
    message(
        Exit::NotDone,
        "site_unreachable",
        "The site cannot be reached",
        "Check the connection and try again. Nothing was paid.",
    ),
    message(
        Exit::NotDone,
        "statement_empty",
        "There is no payment to put into it",
        "Choose other days, or another shop.",
    ),
    message(
        Exit::Usage,
        "statement_of_everything",
        "This would hand over your whole history",
        "Choose a shop with --merchant, a payment with --payment, or a first day with --since.",
    ),
    message(
        Exit::Refused,
        "statistics_budget_spent",
        "As much was shared this year as keeps you hidden",
        "Wait: each month of a year has its own share of what may be told.",
    ),
    message(
        Exit::NotDone,
        "statistics_off",
        "Anonymous statistics are off",
        "Switch them on with `sharing statistics on`, after reading docs/statistics.md.",
    ),
    message(
        Exit::NotDone,
        "statistics_sent",
        "The statistics of this month were sent already",
        "Wait for the next month: the same figures are never sent twice.",
    ),
    message(
        Exit::StillDeciding,
        "still_deciding",
        "The issuer has not answered yet",
        "Run farthing recover; do not do it again before that.",
    ),
    message(
        Exit::NotDone,
        "stopped_in_time",
        "The wallet was stopped before anything was sent",
        "Pay again if you still want to.",
    ),
    message(
        Exit::NotDone,
        "taken_back",
        "It was taken back",
        "Pay again if you still want to.",
    ),
    message(
        Exit::Done,
        "taken_in_part",
        "Only a part of it was redeemed",
        "The rest came back. Ask the payee about the part it has.",
    ),
    message(
        Exit::NotDone,
        "too_many_coins",
        "There are too many coins in one piece",
        "Ask for the same money in several parts.",
    ),
    message(
        Exit::Usage,
        "town_too_long",
        "The town's address is too long",
        "Give the address the practice town printed.",
    ),
    message(
        Exit::NotDone,
        "unknown_issuer",
        "You do not know this issuer yet",
        "Look at it first, and trust it with farthing purse add if you want its money.",
    ),
    message(
        Exit::Usage,
        "usage",
        "The command was not understood",
        "See farthing --help.",
    ),
    message(
        Exit::Locked,
        "vault_damaged",
        "The wallet's key file is damaged",
        "Restore the wallet from its 12 recovery words into an empty folder.",
    ),
    message(
        Exit::NotDone,
        "voucher_empty",
        "There is nothing to take from this voucher",
        "Ask whoever gave it for another.",
    ),
    message(
        Exit::Locked,
        "wait_before_next_try",
        "Too many wrong tries",
        "Wait as long as it says; this try was not looked at.",
    ),
    message(
        Exit::NotDone,
        "wallet_exists",
        "There is a wallet here already",
        "Use it, or name another folder with --home: a wallet is never replaced.",
    ),
    message(
        Exit::Busy,
        "wallet_in_use",
        "Another program has this wallet open",
        "Close the other one, or wait until it is done.",
    ),
    message(
        Exit::Locked,
        "wallet_locked",
        "The wallet is locked",
        "Open it with its PIN or passphrase.",
    ),
    message(
        Exit::Usage,
        "which_unit",
        "The issuer keeps several units",
        "Name one with --unit.",
    ),
    message(
        Exit::NotDone,
        "words_are_on_paper",
        "The words were written down before",
        "They are shown only until then. Use your paper.",
    ),
    message(
        Exit::NotDone,
        "worth_less_than_fee",
        "The fee would eat it all",
        "Keep it until you have more of the same issuer's coins in one piece.",
    ),
    message(
        Exit::Locked,
        "wrong_secret",
        "Wrong PIN or passphrase",
        "Try again with care: after several wrong ones there is a wait.",
    ),
];

/// What to do next after an error of this code.
#[must_use]
pub fn next(code: &str) -> Option<&'static str> {
    find(code).map(|message| message.next)
}

/// How a command ends that met an error of this code.
#[must_use]
pub fn exit(code: &str) -> Option<Exit> {
    find(code).map(|message| message.exit)
}

/// The message of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Message> {
    ALL.binary_search_by_key(&code, |message| message.code)
        .ok()
        .and_then(|index| ALL.get(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once_and_is_found() {
        assert!(ALL.is_sorted_by(|one, other| one.code < other.code));
        for message in ALL {
            assert_eq!(find(message.code), Some(message));
        }
        assert_eq!(find("no such code"), None);
    }

    #[test]
    fn every_message_says_something_and_what_to_do() {
        for message in ALL {
            assert!(
                message.what.len() > 8 && !message.what.ends_with('.'),
                "{message:?}"
            );
            assert!(
                message.next.len() > 8 && message.next.ends_with('.'),
                "{message:?}"
            );
        }
    }
}
