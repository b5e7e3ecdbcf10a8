//! Parameters of a link that only tell its maker who followed it, and from which mail.

use url::Url;

/// Names, of mailing services and of those who sell audiences.
const NAMES: [&str; 41] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "epik",
    "scclid",
    "rdt_cid",
    "irclickid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "hsctatracking",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "oly_enc_id",
    "_openstat",
    "wickedid",
    "rb_clickid",
    "ml_subscriber",
    "ml_subscriber_hash",
    "ck_subscriber_id",
    "_kx",
    "s_cid",
    "spm",
    "srsltid",
    "cvid",
];
/// Beginnings of names.
const FAMILIES: [&str; 5] = ["utm_", "mtm_", "pk_", "piwik_", "bsft_"];

/// Takes them out; the others stay as they were written, in their order.
pub(super) fn strip(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query.split('&').filter(|pair| !tracks(pair)).collect();
    if kept.len() == query.split('&').count() {
        return;
    }
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
}

fn tracks(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_tracks_is_taken_out() {
        for (address, left) in [
            ("https://a.example/?utm_source=x&id=7&UTM_Campaign=y&fbclid=z", "https://a.example/?id=7"),
            ("https://a.example/?utm_source=x", "https://a.example/"),
            ("https://a.example/?q=a%20b+c&mc_eid=1&r=%26#top", "https://a.example/?q=a%20b+c&r=%26#top"),
            ("https://a.example/?utm=1&source=2", "https://a.example/?utm=1&source=2"),
            ("https://a.example/?", "https://a.example/?"),
            ("https://a.example/utm_source=x", "https://a.example/utm_source=x"),
        ] {
            let mut url = Url::parse(address).unwrap();
            strip(&mut url);
            assert_eq!(url.as_str(), left);
            strip(&mut url);
            assert_eq!(url.as_str(), left, "a second time");
        }
    }
}
