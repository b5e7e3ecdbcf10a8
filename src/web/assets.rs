//! Static files: joined when the program starts, packed best when first asked for, named by their content, kept by browsers
//! for ever.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;
use tokio::task::spawn_blocking;

use super::favicon;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// The files that browsers ask for.
#[derive(Clone)]
pub struct Assets {
    files: Arc<HashMap<&'static str, Arc<Asset>>>,
    hash: Arc<str>,
}

/// Modules that are joined: those of every page, and those of pages on which people write.
const SCRIPTS: [(&str, &str); 2] = [("app.js", "js/app.js"), ("writing.js", "js/writing.js")];
/// Modules that pages load where a text gets its looks, and nowhere else.
const WRITING: [(&str, &str); 2] = [("rich_text.js", "js/rich_text.js"), ("squire.js", "vendor/squire/squire.js")];

struct Asset {
    media_type: &'static str,
    plain: bytes::Bytes,
    gzip: bytes::Bytes,
    brotli: OnceLock<bytes::Bytes>,
    /// Whether somebody packs `brotli`, or has.
    is_begun: AtomicBool,
}

/// A static file could not be joined; the program does not start.
#[derive(Debug, thiserror::Error)]
#[error("static/{0}: not there or not UTF-8")]
pub struct BadAsset(String);

impl Assets {
    /// Joins style sheets in the order of `css/layers.css`, and modules in the order in which `js/app.js` and `js/writing.js` name
    /// them.
    pub fn load() -> Result<Self, BadAsset> {
        let mut files: HashMap<&'static str, Arc<Asset>> = HashMap::new();
        files.insert("app.css", Asset::new("text/css; charset=utf-8", style_sheet()?));
        for (name, path) in SCRIPTS {
            files.insert(name, Asset::new("text/javascript; charset=utf-8", script(path)?));
        }
        for (name, path) in WRITING {
            files.insert(name, Asset::new("text/javascript; charset=utf-8", text(path)?));
        }
        let icon = text(favicon::PLAIN)?;
        for (name, counted) in favicon::counted(&icon) {
            files.insert(name, Asset::new("image/svg+xml", counted));
        }
        files.insert(favicon::PLAIN, Asset::new("image/svg+xml", icon));
        let mut hasher = DefaultHasher::new();
        let mut names: Vec<&str> = files.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            if let Some(asset) = files.get(name) {
                asset.plain.hash(&mut hasher);
            }
        }
        Ok(Self { files: Arc::new(files), hash: format!("{:016x}", hasher.finish()).into() })
    }

    /// What names this build's files in their address.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The file, packed as the browser likes it. Under another build's hash it is given too, but not to keep: while
    /// instances are being replaced a page may ask the one that did not make it.
    pub fn serve(&self, hash: &str, name: &str, request: &HttpRequest) -> Option<HttpResponse> {
        let asset = self.files.get(name)?;
        let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let accepts = |coding: &str| accepted.is_some_and(|list| accepts(list, coding));
        let brotli = if accepts("br") { Asset::brotli(asset) } else { None };
        let (coding, body) = if let Some(brotli) = brotli {
            ("br", brotli)
        } else if accepts("gzip") {
            ("gzip", &asset.gzip)
        } else {
            ("identity", &asset.plain)
        };
        let keep = if *self.hash == *hash { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = HttpResponse::Ok();
        response
            .content_type(asset.media_type)
            .insert_header((header::CACHE_CONTROL, keep))
            .insert_header((header::VARY, "Accept-Encoding"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header(("Cross-Origin-Resource-Policy", "same-origin"));
        // named even when it is "identity": the middleware that packs pages leaves a named coding alone
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(coding)));
        Some(response.body(body.clone()))
    }

    /// Every file as it is, unpacked.
    #[cfg(test)]
    pub(super) fn plain(&self) -> impl Iterator<Item = (&'static str, &bytes::Bytes)> {
        self.files.iter().map(|(name, asset)| (*name, &asset.plain))
    }
}

impl Asset {
    fn new(media_type: &'static str, text: String) -> Arc<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let gzip = gzip.write_all(text.as_bytes()).and_then(|()| gzip.finish()).unwrap_or_default();
        let (brotli, is_begun) = (OnceLock::new(), AtomicBool::new(false));
        Arc::new(Self { media_type, plain: text.into(), gzip: gzip.into(), brotli, is_begun })
    }

    /// The smallest form, once it is made. That takes so long that neither the program's start nor whoever is first to ask waits
    /// for it.
    fn brotli(asset: &Arc<Self>) -> Option<&bytes::Bytes> {
        let packed = asset.brotli.get();
        if packed.is_none() && !asset.is_begun.swap(true, Ordering::Relaxed) {
            let asset = Arc::clone(asset);
            spawn_blocking(move || asset.brotli.set(packed_best(&asset.plain)).ok());
        }
        packed
    }
}

/// Brotli of quality 11, window 22.
fn packed_best(plain: &[u8]) -> bytes::Bytes {
    let mut packed = Vec::new();
    let _ = brotli::CompressorWriter::new(&mut packed, 4096, 11, 22).write_all(plain);
    packed.into()
}

/// Whether an `Accept-Encoding` names `coding` without refusing it (RFC 9110 12.5.3).
fn accepts(list: &str, coding: &str) -> bool {
    list.split(',').any(|item| {
        let (name, rest) = item.split_once(';').unwrap_or((item, ""));
        let refused = rest.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse().is_ok_and(|q: f32| q <= 0.0));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

fn text(path: &str) -> Result<String, BadAsset> {
    let file = Files::get(path).ok_or_else(|| BadAsset(path.to_owned()))?;
    String::from_utf8(file.data.into_owned()).map_err(|_| BadAsset(path.to_owned()))
}

/// The style sheets, in the order of `layers.css`, without comments and needless white space.
fn style_sheet() -> Result<String, BadAsset> {
    let layers = text("css/layers.css")?;
    let mut joined = String::new();
    for line in layers.lines() {
        match line.strip_prefix("@import url(\"").and_then(|rest| rest.strip_suffix("\");")) {
            Some(path) => joined.push_str(&text(&format!("css/{path}"))?),
            None => joined.push_str(line),
        }
        joined.push('\n');
    }
    Ok(without_comments(&joined))
}

/// Drops `/* … */`, line ends and indentation. White space inside a line stays: in `calc()` it has a meaning.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let mut small = kept.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    for (long, short) in [(" { ", "{"), (" }", "}"), ("{\n", "{"), ("}\n", "}"), ("; ", ";"), (";}", "}"), (";\n", ";")]
    {
        small = small.replace(long, short);
    }
    small
}

/// The modules, each in a scope of its own, and what starts them. In the files they are modules as browsers know them.
fn script(path: &str) -> Result<String, BadAsset> {
    let app = text(path)?;
    let mut joined = String::from("\"use strict\";\n");
    let mut rest = String::new();
    for line in app.lines() {
        // import { name } from './modules/name.js';
        let imported = line.strip_prefix("import { ").and_then(|rest| rest.split_once(" }"));
        match imported {
            Some((name, _)) => {
                let module = text(&format!("js/modules/{name}.js"))?.replace("export function", "function");
                // what a module imports stands before it, where it can be seen
                let module: String = module.split_inclusive('\n').filter(|line| !line.starts_with("import ")).collect();
                joined.push_str(&format!("const {name} = (() => {{\n{module}\nreturn {name};\n}})();\n"));
            }
            None => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    joined.push_str(&rest);
    // whole-line comments and indentation are for readers of the files
    Ok(joined.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//")).fold(
        String::new(),
        |mut script, line| {
            script.push_str(line);
            script.push('\n');
            script
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheets_are_joined_in_the_order_of_the_layers() {
        let css = style_sheet().unwrap();
        assert!(css.starts_with("@layer reset, tokens, base, layout, components, pages, utilities;"));
        assert!(!css.contains("@import") && !css.contains("/*"));
        assert!(css.find("--mist-0").unwrap() < css.find(".message-row").unwrap());
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn every_sheet_and_module_is_used() {
        let layers = text("css/layers.css").unwrap();
        let scripts: String = SCRIPTS.iter().map(|(_, path)| text(path).unwrap()).collect();
        for path in Files::iter() {
            if let Some(sheet) = path.strip_prefix("css/").filter(|sheet| *sheet != "layers.css") {
                assert!(layers.contains(&format!("\"{sheet}\"")), "{path}");
            }
            if let Some(module) = path.strip_prefix("js/modules/") {
                assert_eq!(scripts.matches(&format!("'./modules/{module}'")).count(), 1, "{path}");
            }
        }
    }

    #[test]
    fn a_module_stands_after_those_it_imports() {
        // writing.js is read first, and may use what stands in app.js: it is started from there
        let scripts: String = SCRIPTS.iter().map(|(_, path)| text(path).unwrap()).collect();
        let place = |name: &str| scripts.find(&format!("'./modules/{name}.js'"));
        let mut seen = 0;
        for path in Files::iter().filter(|path| path.starts_with("js/modules/")) {
            let name = path.trim_start_matches("js/modules/").trim_end_matches(".js");
            for line in text(&path).unwrap().lines().filter(|line| line.starts_with("import ")) {
                let imported = line.split_once("'./").and_then(|(_, rest)| rest.split_once(".js'")).unwrap().0;
                assert_eq!(line, format!("import {{ {imported} }} from './{imported}.js';"), "{path}");
                assert!(place(imported).unwrap() < place(name).unwrap(), "{path} needs {imported}");
                seen += 1;
            }
        }
        assert!(seen > 5);
    }

    #[test]
    fn one_module_of_every_page_makes_markup_of_text_and_one_where_people_write() {
        let makers = Files::iter().filter(|path| {
            let source = if path.ends_with(".js") { text(path).unwrap() } else { String::new() };
            ["createPolicy", "DOMParser", "parseFromString"].iter().any(|name| source.contains(name))
        });
        let mut makers: Vec<_> = makers.collect();
        makers.sort_unstable();
        assert_eq!(makers, ["js/modules/fragment.js", "js/rich_text.js"]);
    }

    #[test]
    fn what_others_wrote_is_what_its_page_says_it_is() {
        let note = text("vendor/squire/README.md").unwrap();
        let squire = Files::get("vendor/squire/squire.js").unwrap().metadata.sha256_hash();
        let sum: String = squire.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(note.contains(&sum), "{sum}");
    }

    #[test]
    fn script_writes_no_markup() {
        let script: String = SCRIPTS.iter().map(|(_, path)| script(path).unwrap()).collect();
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!script.contains(sink), "{sink}");
        }
    }

    #[test]
    fn a_first_visit_is_small() {
        let assets = Assets::load().unwrap();
        let packed = |name| packed_best(&assets.files.get(name).unwrap().plain).len();
        // 45 kB for the visit; the page with 50 rows has its own share
        assert!(packed("app.css") + packed("app.js") < 22_500, "{} + {}", packed("app.css"), packed("app.js"));
    }

    #[test]
    fn a_refused_coding_is_not_used() {
        assert!(accepts("gzip, br", "br") && accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br") && !accepts("brotli", "br"));
    }
}
