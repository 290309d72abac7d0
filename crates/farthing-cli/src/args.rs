//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// The language of what is written for others, where none is named.
pub(crate) const ENGLISH: &str = "en";

/// Small change that stays yours: a wallet for e-cash and Lightning.
#[derive(Parser)]
#[command(
    name = "farthing",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Ends with: 0 done, 1 not done and the money is safe, 2 not understood, \
                  3 still deciding (do not pay again), 4 refused by a rule, 5 locked or wrong \
                  secret, 6 another process holds this wallet."
)]
pub(crate) struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub(crate) common: Common,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args)]
pub(crate) struct Common {
    /// The wallet's folder [default: $FARTHING_HOME, or the system's place for data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print exactly one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// A file, closed to others, whose first line is the PIN or passphrase
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Say yes to what would be asked
    #[arg(long, short = 'y', global = true)]
    pub(crate) yes: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a wallet, or restore one from its recovery words
    Init(Init),
    /// Add or list purses, each with one issuer in one unit
    #[command(subcommand)]
    Purse(Purse),
    /// What every purse holds
    Balance,
    /// Fill a purse with a Lightning invoice that someone pays
    TopUp(TopUp),
    /// Move money from one purse to another, over Lightning
    Move(Move),
    /// Say what the codes in a picture are; moves nothing
    Scan(Scan),
    /// Show what a payment would cost, every fee included; moves nothing
    Review(Plan),
    /// Review a payment, then pay exactly that
    Pay(Pay),
    /// Get a page or file, paying for it where the site asks; never twice for the same
    Fetch(Fetch),
    /// Take in e-cash or a voucher, or take back what was given and not yet redeemed
    Redeem(Redeem),
    /// Sign in to a site that shows a code for it; no money moves
    SignIn(SignIn),
    /// Make e-cash to hand to someone
    Give(Give),
    /// Ask for money
    GetPaid(GetPaid),
    /// The journal, newest first
    History(History),
    /// What one payment really cost
    Receipt(Receipt),
    /// What payments really cost
    Fees(Fees),
    /// The merchants, and how many switches are on for each
    Merchants,
    /// One merchant: what it knows, what it may know, what went to it
    Merchant(Merchant),
    /// Who knows what about you, since when, and until when
    Sharing(Sharing),
    /// Hand someone a chosen part of the history, in a new file
    Statement(Statement),
    /// Show amounts in a currency too, by the middle of several public rates
    Rates(Rates),
    /// Everything the wallet knows about you and your payments, to take along
    Export(Export),
    /// Erase this wallet from this device; its words, which it asks for, bring the money back
    Erase(Erase),
    /// Ask the issuers about everything that is not decided
    Recover(Recover),
    /// Check everything
    Doctor,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Args)]
pub(crate) struct Init {
    /// Whether the system's keychain holds one half of what opens the wallet
    #[arg(long, value_enum, default_value_t = Keychain::Auto)]
    pub(crate) keychain: Keychain,
    /// Restore a wallet from the 12 words on stdin
    #[arg(long)]
    pub(crate) restore: bool,
    /// A practice wallet: play money, and nothing but this machine can be reached
    #[arg(long, value_name = "TOWN-URL", num_args = 0..=1)]
    pub(crate) practice: Option<Option<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keychain {
    /// Use it if there is one
    Auto,
    /// Do not; a passphrase is needed
    None,
}

#[derive(Subcommand)]
pub(crate) enum Purse {
    /// Look at an issuer and trust it with a purse
    Add(PurseAdd),
    /// List the purses
    List,
}

#[derive(Args)]
pub(crate) struct PurseAdd {
    /// The issuer's address
    pub(crate) url: String,
    /// The unit [default: sat, or the only one there is]
    #[arg(long, value_name = "U")]
    pub(crate) unit: Option<String>,
}

#[derive(Args)]
pub(crate) struct TopUp {
    /// How much: a number of the unit's smallest pieces, or like "21 sat" or '$1.01'
    pub(crate) amount: String,
    /// The unit [default: the purse's, or sat]
    #[arg(long, value_name = "U")]
    pub(crate) unit: Option<String>,
    /// The purse to fill
    #[arg(long, value_name = "ID")]
    pub(crate) purse: Option<String>,
    /// How long to wait for the payment
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub(crate) wait: Option<u32>,
}

#[derive(Args)]
pub(crate) struct Move {
    /// How much is to arrive: a number of the smallest pieces of the purse it goes to, or like "21 sat"
    pub(crate) amount: String,
    /// The purse it comes out of
    #[arg(long, value_name = "ID")]
    pub(crate) from: String,
    /// The purse it goes into
    #[arg(long, value_name = "ID")]
    pub(crate) to: String,
    /// Refuse if it could take more than this
    #[arg(long, value_name = "A")]
    pub(crate) max_total: Option<String>,
}

#[derive(Args)]
pub(crate) struct Scan {
    /// The picture; - reads stdin
    pub(crate) file: String,
}

#[derive(Args)]
pub(crate) struct Plan {
    /// The code, or a file with a picture or text of it; - reads stdin
    #[arg(value_name = "CODE|FILE")]
    pub(crate) code: String,
    #[command(flatten)]
    pub(crate) options: PlanOptions,
}

#[derive(Args)]
pub(crate) struct PlanOptions {
    /// How much, where the code leaves it open
    #[arg(long, value_name = "N")]
    pub(crate) amount: Option<String>,
    /// What the payee may know, for 90 days: name, email, phone, region, language, age_band,
    /// interests, contact_key, note
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub(crate) share: Vec<String>,
    /// Share it with this payment only
    #[arg(long, requires = "share")]
    pub(crate) only_this_time: bool,
    /// A note for your own history
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// The purse to pay from
    #[arg(long, value_name = "ID")]
    pub(crate) purse: Option<String>,
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["code", "review"])))]
pub(crate) struct Pay {
    /// The code, or a file with a picture or text of it; - reads stdin
    #[arg(value_name = "CODE|FILE")]
    pub(crate) code: Option<String>,
    /// Pay a review that was shown before
    #[arg(long, value_name = "ID", conflicts_with_all = ["amount", "share", "only_this_time", "note", "purse"])]
    pub(crate) review: Option<String>,
    #[command(flatten)]
    pub(crate) options: PlanOptions,
    /// Refuse if it could cost more than this, fees included
    #[arg(long, value_name = "N")]
    pub(crate) max_total: Option<String>,
}

#[derive(Args)]
pub(crate) struct Fetch {
    /// The address of the page or file
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Write it here; - is standard output [default: under its own name, in this folder]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Refuse if it could cost more than this, fees included
    #[arg(long, value_name = "N")]
    pub(crate) max_total: Option<String>,
    /// What the site may know, for 90 days: name, email, phone, region, language, age_band,
    /// interests, contact_key
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub(crate) share: Vec<String>,
    /// Share it with this payment only
    #[arg(long, requires = "share")]
    pub(crate) only_this_time: bool,
    /// A note for your own history
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// The purse to pay from
    #[arg(long, value_name = "ID")]
    pub(crate) purse: Option<String>,
}

#[derive(Args)]
pub(crate) struct Redeem {
    /// The code, a file with a picture or text of it, or the id of something you gave;
    /// - reads stdin
    #[arg(value_name = "CODE|FILE")]
    pub(crate) code: String,
}

#[derive(Args)]
pub(crate) struct SignIn {
    /// The code, or a file with a picture or text of it; - reads stdin
    #[arg(value_name = "CODE|FILE")]
    pub(crate) code: String,
}

#[derive(Args)]
pub(crate) struct Give {
    /// How much: a number of the unit's smallest pieces, or like "21 sat" or '$1.01'
    pub(crate) amount: String,
    /// The unit [default: the purse's, or sat]
    #[arg(long, value_name = "U")]
    pub(crate) unit: Option<String>,
    /// The purse to give from
    #[arg(long, value_name = "ID")]
    pub(crate) purse: Option<String>,
    /// Words written on the e-cash, for whoever gets it
    #[arg(long, value_name = "TEXT")]
    pub(crate) memo: Option<String>,
    /// Write a picture of it: a PNG, or an animated GIF when it is long
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct GetPaid {
    /// How much: a number of the unit's smallest pieces, or like "21 sat" or '$1.01'
    pub(crate) amount: String,
    /// The unit [default: the purse's, or sat]
    #[arg(long, value_name = "U")]
    pub(crate) unit: Option<String>,
    /// The purse to be paid into
    #[arg(long, value_name = "ID")]
    pub(crate) purse: Option<String>,
    /// What it is for, told to whoever pays
    #[arg(long, value_name = "TEXT")]
    pub(crate) memo: Option<String>,
    /// How long to wait for the payment
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub(crate) wait: Option<u32>,
}

#[derive(Args)]
pub(crate) struct History {
    /// Only with this merchant
    #[arg(long, value_name = "M")]
    pub(crate) merchant: Option<String>,
    /// Only from this day or moment on, like 2026-11-21
    #[arg(long, value_name = "D")]
    pub(crate) since: Option<String>,
    /// Only what has these words
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Args)]
pub(crate) struct Recover {
    /// Where the history is damaged: keep that file, and begin a new history with all of it
    /// that can be read
    #[arg(long)]
    pub(crate) new_history: bool,
}

#[derive(Args)]
pub(crate) struct Fees {
    /// Only in this month, like 2026-11 (in UTC)
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Option<String>,
    /// Print every payment as comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Args)]
pub(crate) struct Rates {
    /// What to do [default: show the rate]
    #[command(subcommand)]
    pub(crate) what: Option<RatesCommand>,
}

#[derive(Subcommand)]
pub(crate) enum RatesCommand {
    /// Choose a currency
    Set {
        /// Its three letters, like EUR or KES
        currency: String,
    },
    /// Show no currency, and ask nobody for rates
    Off,
    /// What a figure of the currency comes to in satoshis
    Convert {
        /// The figure, like 4.31
        figure: String,
    },
}

#[derive(Args)]
pub(crate) struct Merchant {
    /// Its number in `merchants`
    #[arg(value_name = "ID")]
    pub(crate) merchant: String,
    /// What to change [default: show it]
    #[command(subcommand)]
    pub(crate) what: Option<MerchantCommand>,
}

#[derive(Subcommand)]
pub(crate) enum MerchantCommand {
    /// Switch something on or off for this merchant
    Share {
        /// What: name, email, phone, region, language, age_band, interests, contact_key, note
        item: String,
        /// on, off, pause or resume
        #[arg(value_enum)]
        how: Switch,
        /// What for: deliver, receipt, recommend, research, marketing [default: deliver; off: all]
        #[arg(long, value_name = "PURPOSE")]
        purpose: Option<String>,
        /// Until when, like 2026-12-31 [default: for 90 days]
        #[arg(long, value_name = "D")]
        until: Option<String>,
    },
    /// Give this merchant another value than your own; without one, your own again
    Alias {
        /// What: name, email, phone, region, language, age_band, interests
        item: String,
        /// The value it gets
        value: Option<String>,
    },
    /// Stop sharing everything with it
    Stop,
    /// The most that may go to it within 30 days, fees included
    Limit {
        /// How much, like 500 or "500 sat"; none for no limit
        amount: String,
    },
    /// Never pay it
    Block,
    /// Lift the block
    Unblock,
    /// Call it something; nothing for its own name
    Call {
        /// The name
        name: Option<String>,
    },
    /// Note something about it; nothing for no note
    Note {
        /// The note
        text: Option<String>,
    },
    /// Make a letter ready: what it knows, that it erases it, or that you took a yes back
    Request {
        /// access, erasure or notice
        kind: String,
        /// gdpr (Europe, one month) or ccpa (California, 45 days)
        #[arg(long, value_name = "LAW", default_value = "gdpr")]
        law: String,
        /// The language of the letter: en, es, fr, pt, sw, hi, ar or ko; English for any other
        #[arg(long, value_name = "TAG", default_value = ENGLISH)]
        language: String,
        /// You have sent it: keep when, and until when it has to be answered
        #[arg(long)]
        sent: bool,
    },
    /// It answered a request
    Answered {
        /// The request's id
        request: String,
    },
    /// How it is reached about what it knows
    Contact {
        /// What to do [default: show it]
        #[command(subcommand)]
        what: Option<ContactCommand>,
    },
    /// Forget it: destroys the key of everything that was kept about it
    Erase,
}

#[derive(Subcommand)]
pub(crate) enum ContactCommand {
    /// Ask its own site
    Find,
    /// Say it yourself
    Set {
        /// An e-mail address, an https address, or tel: and a number
        contact: String,
    },
    /// Forget how it is reached
    Clear,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// It may be told
    On,
    /// It may not
    Off,
    /// Not now
    Pause,
    /// Again
    Resume,
}

#[derive(Args)]
pub(crate) struct Export {
    /// Write it here, readable by you alone [default: standard output]
    pub(crate) file: Option<PathBuf>,
    /// Write a spreadsheet for each kind of thing into this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with = "file")]
    pub(crate) csv: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Erase {
    /// Erase although an invoice can still be paid, whose money would be lost
    #[arg(long)]
    pub(crate) leave_invoices: bool,
}

#[derive(Args)]
pub(crate) struct Statement {
    /// Write it here, readable by you alone; never over another file
    pub(crate) file: PathBuf,
    /// Only payments with this merchant, by its number in `merchants`
    #[arg(long, value_name = "ID")]
    pub(crate) merchant: Option<String>,
    /// Only this payment
    #[arg(long, value_name = "ID")]
    pub(crate) payment: Option<String>,
    /// From this day on, like 2026-01-01 (in UTC)
    #[arg(long, value_name = "D")]
    pub(crate) since: Option<String>,
    /// Until this day, which is part of it
    #[arg(long, value_name = "D")]
    pub(crate) until: Option<String>,
    /// What else is told of each payment: note, proof, fees
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub(crate) with: Vec<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Form::Report)]
    pub(crate) format: Form,
    /// The language of a report: en, es, fr, pt, sw, hi, ar or ko; English for any other
    #[arg(long, value_name = "L", default_value = ENGLISH)]
    pub(crate) language: String,
    /// Who it is for, in your words
    #[arg(long = "for", value_name = "WHO")]
    pub(crate) whom: Option<String>,
    /// Lock it for whoever has this key (age1…)
    #[arg(long, value_name = "KEY", conflicts_with = "seal")]
    pub(crate) to: Option<String>,
    /// Lock it with a passphrase
    #[arg(long)]
    pub(crate) seal: bool,
    /// A file, closed to others, whose first line is that passphrase
    #[arg(long, value_name = "FILE", requires = "seal")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Plain text that anyone can read
    Report,
    /// For programs
    Json,
    /// For a spreadsheet
    Csv,
}

#[derive(Args)]
pub(crate) struct Sharing {
    /// What to do [default: show everything that is shared]
    #[command(subcommand)]
    pub(crate) what: Option<SharingCommand>,
}

#[derive(Subcommand)]
pub(crate) enum SharingCommand {
    /// Every consent receipt: each yes, each change, each no
    Receipts,
    /// What you asked of merchants, and what they owe you an answer to
    Requests,
    /// Switch everything off, for everybody
    StopAll,
    /// Anonymous statistics: one noisy answer about one whole month, if you want it to leave
    Statistics {
        /// What to do [default: show where they stand]
        #[command(subcommand)]
        what: Option<StatisticsCommand>,
    },
    /// Your own details, which nobody is told by themselves
    Details {
        /// Which to set or clear [default: show them]
        item: Option<String>,
        /// What it is; nothing clears it
        value: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum StatisticsCommand {
    /// Let them leave when you say so
    On,
    /// Let nothing of them leave
    Off,
    /// Print the very bytes that would leave, and nothing else
    Preview,
    /// Write them into a new file
    Write {
        /// The file
        file: PathBuf,
    },
    /// Send them to an address, once a month at most
    Post {
        /// The address, https
        url: String,
    },
}

#[derive(Args)]
pub(crate) struct Receipt {
    /// The payment's id in the history
    pub(crate) payment: String,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::error::ErrorKind> {
        Cli::try_parse_from(line.split_whitespace()).map_err(|error| error.kind())
    }

    #[test]
    fn the_commands_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_lines_of_the_contract_are_understood() {
        for line in [
            "farthing --home d --json --secret-file f init --keychain none",
            "farthing init --restore --practice",
            "farthing init --practice http://127.0.0.1:3338",
            "farthing purse add https://maple.example --unit usd --yes",
            "farthing purse list",
            "farthing balance --json",
            "farthing top-up 500 --unit sat --purse p1 --wait 60",
            "farthing move 500 --from 0a1b2c3d --to 4e5f6a7b --max-total 520 --yes",
            "farthing scan x.png",
            "farthing review lnbc1 --amount 5 --share email,name --note bread",
            "farthing pay x.png --amount 5 --max-total 10 --yes",
            "farthing pay --review r1 --yes --max-total 10",
            "farthing fetch https://paper.example/rain -o rain.html --max-total 30 --yes",
            "farthing redeem cashuA -y",
            "farthing sign-in keyauth://site.example -y",
            "farthing give 21 --unit sat --picture x.gif --yes",
            "farthing get-paid 21 --unit sat --wait 5",
            "farthing history --merchant m --since 2026-01-01 --search bread --csv",
            "farthing receipt t1",
            "farthing fees",
            "farthing fees --month 2026-11 --csv",
            "farthing statement f.txt --merchant 3 --since 2026-01-01 --until 2026-03-31 --with note,proof,fees",
            "farthing statement f.age --payment t1 --format json --for Bob --to age1x",
            "farthing statement f.age --since 2026-01-01 --format csv --seal --passphrase-file p",
            "farthing statement f.txt --payment t1 --language pt-BR",
            "farthing sharing statistics",
            "farthing sharing statistics on",
            "farthing sharing statistics preview",
            "farthing sharing statistics write f.json",
            "farthing sharing statistics post https://figures.example/ --yes",
            "farthing export all.json",
            "farthing export --csv folder",
            "farthing rates",
            "farthing rates set EUR",
            "farthing rates off --json",
            "farthing rates convert 4.31",
            "farthing merchant 3 request access",
            "farthing merchant 3 request notice --law ccpa --sent",
            "farthing merchant 3 answered 1f",
            "farthing merchant 3 contact",
            "farthing merchant 3 contact set privacy@shop.example",
            "farthing sharing requests",
            "farthing recover",
            "farthing doctor",
            "farthing completions bash",
            "farthing man",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "farthing pay",
            "farthing pay lnbc1 --review r1",
            "farthing pay --review r1 --amount 5",
            "farthing pay --review r1 --note x",
            "farthing give -5",
            "farthing top-up 5 --wait -1",
            "farthing top-up 5 --wait 86401",
            "farthing top-up 5 --wait x",
            "farthing history --csv --json",
            "farthing fees --csv --json",
            "farthing init --keychain some",
            "farthing --pin 1234 balance",
            "farthing fetch",
            "farthing merchants 3",
            "farthing merchant",
            "farthing merchant 3 share name maybe",
            "farthing review lnbc1 --only-this-time",
            "farthing sharing stop",
            "farthing statement",
            "farthing export all.json --csv folder",
            "farthing statement f --format pdf",
            "farthing statement f --to age1x --seal",
            "farthing statement f --passphrase-file p",
            "farthing merchant 3 request",
            "farthing merchant 3 contact set",
            // Not there yet, and not pretended to be.
            "farthing backup x",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
