//! Names for files that take nobody's place.

/// Names like it before a folder is called full of them.
const MOST_ALIKE: u32 = 1000;

/// `name.ending`, then `name (2).ending`, and so on: whoever writes a file takes the first that is
/// free.
pub fn names_like(name: &str) -> impl Iterator<Item = String> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
        _ => (name.to_owned(), String::new()),
    };
    (1..=MOST_ALIKE).map(move |turn| match turn {
        1 => format!("{stem}{ending}"),
        _ => format!("{stem} ({turn}){ending}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_before_the_ending() {
        for (name, second) in [
            ("rain.html", "rain (2).html"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("README", "README (2)"),
            (".hidden", ".hidden (2)"),
        ] {
            let names: Vec<String> = names_like(name).take(2).collect();
            assert_eq!(names, [name, second]);
        }
        assert_eq!(names_like("x").count(), 1000);
    }
}
