//! What the paper prints. The same every day, so that tests know it by heart.

use std::fmt::Write as _;

use crate::shop::content::Content;

/// One article or file.
#[derive(Debug, Clone, Copy)]
pub struct Article {
    /// Its name in addresses.
    pub slug: &'static str,
    /// Its headline.
    pub title: &'static str,
    /// Satoshi; zero is free.
    pub price: u64,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Paragraphs(u32),
    File(&'static str, u64),
}

/// Everything in the paper.
pub const ARTICLES: [Article; 5] = [
    Article {
        slug: "free",
        title: "Why this page costs nothing",
        price: 0,
        form: Form::Paragraphs(2),
    },
    Article {
        slug: "short",
        title: "Small change, big town",
        price: 3,
        form: Form::Paragraphs(3),
    },
    Article {
        slug: "long",
        title: "A history of the farthing",
        price: 21,
        form: Form::Paragraphs(2_000),
    },
    Article {
        slug: "crossword",
        title: "All the crosswords of last year",
        price: 5,
        form: Form::File("crosswords.bin", 2_000_000),
    },
    Article {
        slug: "big",
        title: "The whole archive since 1826",
        price: 50,
        form: Form::File("archive.bin", 200_000_000),
    },
];

impl Article {
    /// The article by its name in addresses.
    #[must_use]
    pub fn named(slug: &str) -> Option<&'static Self> {
        ARTICLES.iter().find(|article| article.slug == slug)
    }

    pub(super) fn content(&self) -> Content {
        match self.form {
            Form::File(name, size) => Content::file(self.slug, name, size),
            Form::Paragraphs(count) => Content::page(self.slug, self.page(count)),
        }
    }

    fn page(&self, paragraphs: u32) -> String {
        let title = self.title;
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body><h1>{title}</h1>"
        );
        for number in 1..=paragraphs {
            // Writing to a string cannot fail.
            let _ = write!(
                page,
                "<p>{number}. Four farthings made a penny, and a penny bought a paper; this one is \
                 play money, and the news is always good.</p>"
            );
        }
        page.push_str("</body></html>");
        page
    }
}
