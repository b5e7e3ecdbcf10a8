//! Texts as Windows programs store them: by number of their code page, ended by NUL.

use super::charset;

/// A text up to its NUL.
pub(super) fn text(octets: &[u8], kind: u16, code_page: u32) -> String {
    let text = match kind {
        0x1F => charset::decode(Some("utf-16le"), octets),
        _ => charset::decode(Some(&label(code_page)), octets),
    };
    text.split('\0').next().unwrap_or_default().trim().chars().take(1000).collect()
}

/// The label of a Windows code page.
pub(super) fn label(code_page: u32) -> String {
    match code_page {
        65001 => "utf-8".to_owned(),
        1200 => "utf-16le".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28605 => format!("iso-8859-{}", code_page - 28590),
        437..=869 => format!("cp{code_page}"),
        _ => format!("windows-{code_page}"),
    }
}
