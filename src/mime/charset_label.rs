//! Labels of charsets as they are found: with blanks, points and lines where they don't belong (Unicode Technical
//! Standard 22 compares them without), as numbers of code pages, with a word too many.

/// What a label that nobody knows as it stands most likely means, as a name that somebody knows.
pub(super) fn meant(label: &str) -> Option<String> {
    let bare = label.strip_prefix("x-").unwrap_or(label);
    let bare: String = bare.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.strip_prefix("cs").unwrap_or(&bare);
    let bare = bare.strip_suffix("charset").unwrap_or(bare);
    by_number(bare).or_else(|| by_name(bare).map(str::to_owned))
}

/// `cp1251`, `windows1250`, `latin2`, `88592`.
fn by_number(label: &str) -> Option<String> {
    let digits = label.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = label.split_at(digits);
    if let ("iso" | "", Some(part)) = (kind, number.strip_prefix("8859")) {
        return iso_8859(part.parse().ok()?);
    }
    let number = number.parse().ok()?;
    match kind {
        "latin" | "l" => iso_8859(match number {
            1..=4 => number,
            5..=6 => number + 4,
            7..=9 => number + 6,
            10 => 16,
            _ => return None,
        }),
        "cp" | "windows" | "window" | "win" | "windowscp" | "ansi" | "ms" | "dos" | "ibm" | "pc" | "codepage" => {
            code_page(number)
        }
        _ => None,
    }
}

fn iso_8859(part: u32) -> Option<String> {
    matches!(part, 1..=11 | 13..=16).then(|| format!("iso-8859-{part}"))
}

/// By the number that Windows and DOS have for it.
fn code_page(number: u32) -> Option<String> {
    let name = match number {
        437 | 737 | 775 | 850 | 852 | 855 | 857 | 858 | 860..=866 | 869 => return Some(format!("cp{number}")),
        1250..=1258 => return Some(format!("windows-{number}")),
        28591..=28606 => return iso_8859(number - 28590),
        874 => "windows-874",
        932 | 943 => "shift_jis",
        936 => "gbk",
        949 | 51949 => "euc-kr",
        950 => "big5",
        1200 => "utf-16le",
        1201 => "utf-16be",
        10000 => "macintosh",
        10007 => "x-mac-cyrillic",
        20866 => "koi8-r",
        21866 => "koi8-u",
        20932 | 51932 => "euc-jp",
        50220..=50222 => "iso-2022-jp",
        52936 => "hz-gb-2312",
        54936 => "gb18030",
        65000 => "utf-7",
        65001 => "utf-8",
        _ => return None,
    };
    Some(name.to_owned())
}

/// By what it is called, signs and all that follows the name left out.
fn by_name(label: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 29] = [
        ("gb18030", "gb18030"),
        ("gbk", "gbk"),
        ("gb2312", "gbk"),
        ("eucgb2312", "gbk"),
        ("euccn", "gbk"),
        ("big5", "big5"),
        ("chinesebig5", "big5"),
        ("sjis", "shift_jis"),
        ("shiftjis", "shift_jis"),
        ("windows31j", "shift_jis"),
        ("ujis", "euc-jp"),
        ("eucjp", "euc-jp"),
        ("euckr", "euc-kr"),
        ("ksc5601", "euc-kr"),
        ("iso2022jp", "iso-2022-jp"),
        ("iso2022kr", "iso-2022-kr"),
        ("koi8u", "koi8-u"),
        ("koi8", "koi8-r"),
        ("tis620", "windows-874"),
        ("macroman", "macintosh"),
        ("macintosh", "macintosh"),
        ("maccyrillic", "x-mac-cyrillic"),
        ("utf8", "utf-8"),
        ("utf16le", "utf-16le"),
        ("utf16be", "utf-16be"),
        ("utf16", "utf-16"),
        ("utf32", "utf-32"),
        ("utf7", "utf-7"),
        ("usascii", "us-ascii"),
    ];
    NAMES.iter().find(|(name, _)| label.starts_with(name)).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_the_same_with_and_without_their_signs() {
        for (labels, name) in [
            ("cp-1251 cp_1251 ansi_1251 windows-cp1251 window-1251", "windows-1251"),
            ("windows-1250_charset", "windows-1250"),
            ("latin-2 latin_2 iso-8859_2 x-iso-8859-2 8859-2 cp28592", "iso-8859-2"),
            ("latin9 cp28605", "iso-8859-15"),
            ("s-jis s_jis shiftjis x-shift-jis cswindows31j", "shift_jis"),
            ("koi-8 koi8r koi-8-r", "koi8-r"),
            ("x-gb2312 eucgb2312_cn gb2312_charset", "gbk"),
            ("gb-18030 gb18030-2000 cp54936", "gb18030"),
            ("big_5 big5hkscs chinesebig5", "big5"),
            ("x-euc-kr x-windows-949", "euc-kr"),
            ("dos-866", "cp866"),
            ("pc850 ibm-850 dos-850", "cp850"),
            ("tis-620-2533", "windows-874"),
            ("ujis", "euc-jp"),
            ("utf_16", "utf-16"),
            ("x-macroman cp10000", "macintosh"),
            ("cp10007", "x-mac-cyrillic"),
        ] {
            for label in labels.split(' ') {
                assert_eq!(meant(label).as_deref(), Some(name), "{label}");
            }
        }
    }

    #[test]
    fn what_means_nothing_is_not_guessed() {
        for label in ["", "x-foo-9", "latin99", "cp1", "iso-8859-12", "iso-8859-99999999999", "unknown-8bit", "cs"] {
            assert_eq!(meant(label), None, "{label}");
        }
    }
}
