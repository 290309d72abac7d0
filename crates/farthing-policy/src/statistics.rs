//! Anonymous statistics: one coarse question about one whole month, answered so that nobody can
//! tell from the answer what is true of one person (randomised response, Warner 1965).
//!
//! A report names one of [`Question::ALL`], chosen by chance alone, and answers it: with the truth
//! five times of eight, with its opposite three times. Whatever is true of a person, no report is
//! more than 5/3 as likely for them as for anybody else. That is local differential privacy with
//! e^ε = 5/3. Many reports together still show a share, because how often answers are turned round is
//! known.

use serde::{Deserialize, Serialize};

/// Of eight answers so many are the truth.
pub const TRUE_OF_EIGHT: u8 = 5;
/// ε of one report in thousandths, rounded up: ln(5/3) = 0.5108….
pub const EPSILON_OF_A_MONTH: u64 = 511;
/// ε of all reports of one calendar year in thousandths: so much may be told, and no more.
pub const EPSILON_OF_A_YEAR: u64 = 6 * EPSILON_OF_A_MONTH;

/// What is asked of a month: yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Was anything paid?
    PaidAnything,
    /// Were ten payments made, or more?
    PaidTen,
    /// Were a hundred payments made, or more?
    PaidHundred,
    /// Were three payees paid, or more?
    PaidThreePayees,
    /// Was anything paid over Lightning?
    PaidByLightning,
    /// Was anything paid with e-cash?
    PaidByEcash,
    /// Was a page or a file paid for?
    PaidForPages,
    /// Did some payment come to nothing?
    SomethingFailed,
}

/// What is true of one person's month. All of it stays on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthFacts {
    /// Payments that went out.
    pub payments: u64,
    /// Different payees among them.
    pub payees: u64,
    /// Those over Lightning.
    pub by_lightning: u64,
    /// Those with e-cash.
    pub by_ecash: u64,
    /// Those for pages and files.
    pub for_pages: u64,
    /// Payments that came to nothing.
    pub failed: u64,
}

/// One report: all that a month tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// Yes or no, by chance the truth or not.
    pub yes: bool,
}

impl Question {
    /// Every question; chance chooses one of the eight.
    pub const ALL: [Self; 8] = [
        Self::PaidAnything,
        Self::PaidTen,
        Self::PaidHundred,
        Self::PaidThreePayees,
        Self::PaidByLightning,
        Self::PaidByEcash,
        Self::PaidForPages,
        Self::SomethingFailed,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PaidAnything => "paid_anything",
            Self::PaidTen => "paid_ten",
            Self::PaidHundred => "paid_hundred",
            Self::PaidThreePayees => "paid_three_payees",
            Self::PaidByLightning => "paid_by_lightning",
            Self::PaidByEcash => "paid_by_ecash",
            Self::PaidForPages => "paid_for_pages",
            Self::SomethingFailed => "something_failed",
        }
    }

    /// The true answer.
    #[must_use]
    pub const fn is_true_of(self, month: &MonthFacts) -> bool {
        match self {
            Self::PaidAnything => month.payments > 0,
            Self::PaidTen => month.payments >= 10,
            Self::PaidHundred => month.payments >= 100,
            Self::PaidThreePayees => month.payees >= 3,
            Self::PaidByLightning => month.by_lightning > 0,
            Self::PaidByEcash => month.by_ecash > 0,
            Self::PaidForPages => month.for_pages > 0,
            Self::SomethingFailed => month.failed > 0,
        }
    }
}

/// The report of a month. `chance` is a uniformly random byte, used for one month and then never
/// again: another one for the same month would tell more than is published.
#[must_use]
pub const fn answer(month: &MonthFacts, chance: u8) -> Answer {
    let question = match chance & 7 {
        0 => Question::PaidAnything,
        1 => Question::PaidTen,
        2 => Question::PaidHundred,
        3 => Question::PaidThreePayees,
        4 => Question::PaidByLightning,
        5 => Question::PaidByEcash,
        6 => Question::PaidForPages,
        _ => Question::SomethingFailed,
    };
    let tells_the_truth = (chance >> 3) & 7 < TRUE_OF_EIGHT;
    Answer {
        question,
        yes: question.is_true_of(month) == tells_the_truth,
    }
}

/// Whether one more report may leave in a year in which so many did.
#[must_use]
pub const fn within_budget(reports_of_the_year: u64) -> bool {
    reports_of_the_year
        .saturating_add(1)
        .saturating_mul(EPSILON_OF_A_MONTH)
        <= EPSILON_OF_A_YEAR
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Months in which every question is answered in every way there is, each once.
    fn every_truth() -> Vec<MonthFacts> {
        let some = [0, 1];
        let mut months = Vec::new();
        for payments in [0, 1, 10, 100] {
            for payees in [0, 3] {
                for (by_lightning, by_ecash) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    for for_pages in some {
                        for failed in some {
                            months.push(MonthFacts {
                                payments,
                                payees,
                                by_lightning,
                                by_ecash,
                                for_pages,
                                failed,
                            });
                        }
                    }
                }
            }
        }
        months
    }

    /// How many of the 256 equally likely bytes give each report.
    fn counted(month: &MonthFacts) -> HashMap<Answer, u64> {
        let mut counts = HashMap::new();
        for chance in 0..=u8::MAX {
            *counts.entry(answer(month, chance)).or_default() += 1;
        }
        counts
    }

    #[test]
    fn no_report_is_more_than_five_thirds_as_likely_for_one_person_as_for_another() {
        let counts: Vec<_> = every_truth().iter().map(counted).collect();
        assert_eq!(counts.len(), 128);
        let mut widest = false;
        for question in Question::ALL {
            for yes in [false, true] {
                let report = Answer { question, yes };
                let of = |counts: &HashMap<Answer, u64>| counts.get(&report).copied().unwrap_or(0);
                let least = counts.iter().map(of).min().unwrap();
                let most = counts.iter().map(of).max().unwrap();
                assert!(least > 0, "{report:?} would give somebody away");
                assert!(most * 3 <= least * 5, "{report:?}: {most} to {least}");
                widest |= most * 3 == least * 5;
            }
        }
        assert!(widest, "it is quieter than what is published");
    }

    #[test]
    fn which_question_is_asked_tells_nothing() {
        for month in every_truth() {
            let mut asked: HashMap<Question, u64> = HashMap::new();
            for (report, count) in counted(&month) {
                *asked.entry(report.question).or_default() += count;
            }
            assert_eq!(asked.len(), 8);
            assert!(asked.values().all(|count| *count == 32), "{asked:?}");
        }
    }

    #[test]
    fn many_answers_together_still_say_how_many_are_true() {
        // Asked 32 times, those of whom it is true say so 20 times and the others 12 times: a
        // share lies as far between the two.
        let yes = MonthFacts {
            payments: 1,
            ..MonthFacts::default()
        };
        let says_yes = |month: &MonthFacts| {
            let report = Answer {
                question: Question::PaidAnything,
                yes: true,
            };
            counted(month)[&report]
        };
        assert_eq!((says_yes(&yes), says_yes(&MonthFacts::default())), (20, 12));
    }

    #[test]
    fn the_published_epsilon_is_no_smaller_than_the_true_one() {
        // e^x is more than the first terms of its series: 1 + x + x²/2 + … with x in thousandths,
        // all over 1000^6 · 720. It must reach 5/3.
        let x = u128::from(EPSILON_OF_A_MONTH);
        let (mut sum, mut power) = (0_u128, 1_u128);
        let mut factorial = 1_u128;
        for term in 0..=6_u32 {
            if term > 0 {
                power *= x;
                factorial *= u128::from(term);
            }
            sum += power * 1000_u128.pow(6 - term) * (720 / factorial);
        }
        let whole = 1000_u128.pow(6) * 720;
        assert!(sum * 3 >= whole * 5, "e^0.511 is below 5/3");
    }

    #[test]
    fn a_year_has_six_reports_and_no_seventh() {
        let left = (0..12).filter(|reports| within_budget(*reports)).count();
        assert_eq!(left, 6);
    }

    #[test]
    fn every_question_is_coarse() {
        let busy = MonthFacts {
            payments: 4_321,
            payees: 99,
            by_lightning: 1,
            by_ecash: 1,
            for_pages: 1,
            failed: 1,
        };
        let busier = MonthFacts {
            payments: 100,
            payees: 3,
            ..busy
        };
        assert_eq!(counted(&busy), counted(&busier));
    }
}
