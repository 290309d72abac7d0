//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

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
    /// Show amounts in a currency too, by the middle of several public rates
    Rates(Rates),
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
    /// What the payee may know
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub(crate) share: Vec<String>,
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
    #[arg(long, value_name = "ID", conflicts_with_all = ["amount", "share", "note", "purse"])]
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
            "farthing rates",
            "farthing rates set EUR",
            "farthing rates off --json",
            "farthing rates convert 4.31",
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
            // Not there yet, and not pretended to be.
            "farthing merchants",
            "farthing backup x",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
