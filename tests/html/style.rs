//! Style sheets that would call out, cover, or hide, in every place where CSS may stand.

use fernpost::html::{document, text_of};

use crate::check::{checked, sanitized};

/// What CSS asks other servers with, or once did, in spellings that filters have fallen for.
const CALLS: &[&str] = &[
    "background:url(http://127.0.0.1:9/x)",
    "background:URL('http://127.0.0.1:9/x')",
    "background:u\\72l(http://127.0.0.1:9/x)",
    "background:\\75 rl(http://127.0.0.1:9/x)",
    "b\\61 ckground:url(//127.0.0.1:9/x)",
    "background:url/**/(http://127.0.0.1:9/x)",
    "background:url(\"http://127.0.0.1:9/x",
    "background:url( http://127.0.0.1:9/x",
    "background:#fff url(http://127.0.0.1:9/x),red",
    "background-image:image-set('http://127.0.0.1:9/x' 1x)",
    "background-image:-webkit-image-set(url(http://127.0.0.1:9/x) 1x)",
    "background-image:cross-fade(url(http://127.0.0.1:9/x),red)",
    "background-image:image('http://127.0.0.1:9/x')",
    "background:src('http://127.0.0.1:9/x')",
    "background:paint(x);--y:url(http://127.0.0.1:9/x);mask:var(--y)",
    "border-image:url(http://127.0.0.1:9/x) 1",
    "border-image-source:url(http://127.0.0.1:9/x)",
    "list-style:square url(http://127.0.0.1:9/x)",
    "list-style-image:url(http://127.0.0.1:9/x)",
    "cursor:url(http://127.0.0.1:9/x),auto",
    "content:url(http://127.0.0.1:9/x)",
    "filter:url(http://127.0.0.1:9/x#f)",
    "clip-path:url(http://127.0.0.1:9/x#f)",
    "mask-image:url(http://127.0.0.1:9/x)",
    "-webkit-mask-box-image:url(http://127.0.0.1:9/x)",
    "shape-outside:url(http://127.0.0.1:9/x)",
    "offset-path:url(http://127.0.0.1:9/x)",
    "font:12px/1 url(http://127.0.0.1:9/x)",
    "color:red url(http://127.0.0.1:9/x)",
    "width:attr(data-x url,'http://127.0.0.1:9/x')",
    "width:env(x,url(http://127.0.0.1:9/x))",
    "behavior:url(http://127.0.0.1:9/x.htc);-moz-binding:url(http://127.0.0.1:9/x.xml#x)",
    "width:expression(alert(1));width:e\\78 pression(alert(1))",
    "-o-link:'javascript:alert(1)';-o-link-source:current",
    "color:red;}@import url(http://127.0.0.1:9/x);p{color:red",
    "color:red}</style><img src=http://127.0.0.1:9/x><style>p{color:red",
    "font-family:'x}</style><script>alert(1)</script>'",
];

/// Rules that ask, or once did.
const RULES: &[&str] = &[
    "@import 'http://127.0.0.1:9/x';",
    "@import url(http://127.0.0.1:9/x) layer(a) supports(display:grid) screen;",
    "@\\69mport url(http://127.0.0.1:9/x);",
    "@IMPORT/**/\"http://127.0.0.1:9/x\";",
    "@charset \"utf-7\";+AEA-import 'http://127.0.0.1:9/x';",
    "\u{feff}@import 'http://127.0.0.1:9/x';",
    "@font-face{font-family:x;src:url(http://127.0.0.1:9/x)}*{font-family:x}",
    "@namespace 'http://127.0.0.1:9/x';",
    "@counter-style x{system:cyclic;symbols:url(http://127.0.0.1:9/x)}",
    "@property --x{syntax:'<url>';inherits:true;initial-value:url(http://127.0.0.1:9/x)}",
    "@page{background:url(http://127.0.0.1:9/x)}",
    "@keyframes x{from{background:url(http://127.0.0.1:9/x)}}p{animation:x 1s}",
    "@media screen{@import 'http://127.0.0.1:9/x';p{background:url(http://127.0.0.1:9/x)}}",
    "@supports (a:b){p{background:url(http://127.0.0.1:9/x)}}@container (width>1px){p{background:url(//127.0.0.1:9/x)}}",
    "@layer a{p{background:url(http://127.0.0.1:9/x)}}@starting-style{p{background:url(//127.0.0.1:9/x)}}",
    "@view-transition{navigation:auto}@position-try --x{background:url(http://127.0.0.1:9/x)}",
    "p{&:hover{background:url(http://127.0.0.1:9/x)}@media screen{background:url(http://127.0.0.1:9/x)}}",
    "input[value^=a]{background:url(http://127.0.0.1:9/a)}a[href*=token]{background:url(http://127.0.0.1:9/b)}",
    "p::before{content:url(http://127.0.0.1:9/x)}::-webkit-scrollbar{background:url(http://127.0.0.1:9/x)}",
    ":is(html,body):has(p){background:url(http://127.0.0.1:9/x)}:host,::part(x){display:none}",
    "p{}/*</style><img src=http://127.0.0.1:9/x>*/",
    "<!-- @import 'http://127.0.0.1:9/x'; -->",
];

fn calls_nobody(html: &str) {
    checked(html);
    let page = document(&sanitized(html), None).as_str().to_ascii_lowercase();
    for word in ["127.0.0.1", "url(", "@import", "<script", "expression(", "javascript:", "@font"] {
        assert!(!page.contains(word), "{word} came out of {html}");
    }
    assert!(text_of(&sanitized(html).html).contains("seen"), "{html} shows nothing");
}

//
#[test]
fn no_declaration_calls_out_wherever_it_stands() {
    for call in CALLS {
        let quoted = call.replace('"', "&quot;").replace('<', "&lt;");
        for html in [
            format!("<p>seen</p><p style=\"{quoted}\">x</p>"),
            format!("<body style=\"{quoted}\"><p>seen</p>"),
            format!("<p>seen</p><img style=\"{quoted}\" alt=x><td style=\"{quoted}\">"),
            format!("<p>seen</p><style>p{{{call}}}</style><p>x</p>"),
            format!("<p>seen</p><style>@media screen{{p,.a{{{call}}}}}</style><p class=a>x</p>"),
            format!("<p>seen</p><style>body{{{call}</style><p>x</p>"),
        ] {
            // A tag in a style block ends it, for us as for browsers: what follows is the mail's markup, and blocked there.
            calls_nobody(&html);
        }
    }
}

//
#[test]
fn no_rule_calls_out() {
    for rule in RULES {
        calls_nobody(&format!("<p>seen</p><style>{rule}</style><p>x</p>"));
        calls_nobody(&format!(
            "<p>seen</p><style>p{{color:red}}{rule}</style><style media=\"{}\">p{{}}</style>",
            rule.replace('"', "'")
        ));
        calls_nobody(&format!("<svg><style>{rule}</style></svg><p>seen</p><math><style>{rule}</style></math>"));
        calls_nobody(&format!(
            "<p>seen</p><noscript><style>{rule}</style></noscript><template><style>{rule}</style></template>"
        ));
    }
}

//
#[test]
fn no_rule_reaches_what_is_not_the_mails() {
    let html = "<style>html,body,:root,*,head,style,.fp-mail,.topbar,#main{margin:0;color:red;float:left}\
        html>body{padding:0}body~p,:root *{color:red}.fp-mail .fp-mail p{color:blue}</style><p class=topbar id=main>seen</p>";
    checked(html);
    let fragment = sanitized(html).fragment();
    assert!(fragment.as_str().contains(".fp-mail .fp-page{padding:0}"), "{}", fragment.as_str());
    assert!(fragment.as_str().contains("<p class=\"m-topbar\" id=\"m-main\">"), "{}", fragment.as_str());
}
