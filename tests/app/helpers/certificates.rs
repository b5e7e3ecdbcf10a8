//! Certificates for tests, good and bad, made by openssl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An authority with a folder of its own, which goes with it.
pub(crate) struct Authority {
    folder: tempfile::TempDir,
}

/// A certificate and its key (PEM).
pub(crate) struct Made {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What kind of key.
pub(crate) const P_256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
pub(crate) const P_384: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
pub(crate) const RSA: &[&str] = &["-newkey", "rsa:2048"];

/// When a certificate holds, as openssl writes times.
pub(crate) const NOW: (&str, &str) = ("20200101000000Z", "20990101000000Z");
pub(crate) const BEFORE: (&str, &str) = ("20200101000000Z", "20210101000000Z");
pub(crate) const LATER: (&str, &str) = ("20980101000000Z", "20990101000000Z");

impl Authority {
    /// A new one.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\n\
            policy = p\ndefault_md = sha256\nunique_subject = no\n[p]\ncommonName = supplied\n";
        for (name, text) in [("ca.cnf", config), ("index.txt", ""), ("serial", "1000")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let authority = Self { folder };
        authority.openssl(&[
            &["req", "-x509"][..],
            P_256,
            &[
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/O=Harbour/CN=Harbour Authority",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
            ],
            &["-addext", "basicConstraints=critical,CA:TRUE"],
        ]);
        authority
    }

    /// The file with its own certificate.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate for these names (`DNS:localhost`), in whose file its authority stands too.
    pub(crate) fn issue(&self, names: &str, key: &[&str], (from, until): (&str, &str)) -> Made {
        let extensions =
            format!("subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth,emailProtection\n");
        fs::write(self.folder.path().join("extensions"), extensions).unwrap();
        let name = format!("one-{}", fs::read_dir(self.folder.path()).unwrap().count());
        let (key_file, request, out) = (format!("{name}.key"), format!("{name}.request"), format!("{name}.pem"));
        let request_for = ["-nodes", "-subj", "/CN=mail.harbour.example", "-keyout", &key_file, "-out", &request];
        self.openssl(&[&["req"], key, &request_for]);
        let signing = ["ca", "-config", "ca.cnf", "-batch", "-notext", "-in", &request, "-cert", "ca.pem"];
        let dated =
            ["-keyfile", "ca.key", "-startdate", from, "-enddate", until, "-extfile", "extensions", "-out", &out];
        self.openssl(&[&signing, &dated]);
        let certificate = self.folder.path().join(out);
        let chain = fs::read_to_string(&certificate).unwrap() + &fs::read_to_string(self.file()).unwrap();
        fs::write(&certificate, chain).unwrap();
        Made { certificate, key: self.folder.path().join(key_file) }
    }

    /// One that nobody answers for.
    pub(crate) fn self_signed(&self, names: &str) -> Made {
        let alternative = format!("subjectAltName={names}");
        let rest = [
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=Nobody",
            "-addext",
            &alternative,
            "-keyout",
            "self.key",
            "-out",
            "self.pem",
        ];
        self.openssl(&[&["req", "-x509"], P_256, &rest]);
        Made { certificate: self.folder.path().join("self.pem"), key: self.folder.path().join("self.key") }
    }

    fn openssl(&self, arguments: &[&[&str]]) {
        let made = Command::new("openssl")
            .args(arguments.concat())
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

/// What openssl says to a CMS document: its content, if this authority answers for whoever signed it.
pub(crate) fn verified(document: &[u8], authority: &Path) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (signed, content) = (folder.path().join("signed"), folder.path().join("content"));
    fs::write(&signed, document).unwrap();
    let verify = Command::new("openssl")
        .args(["cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any", "-CAfile"])
        .arg(authority)
        .args([Path::new("-in"), &signed, Path::new("-out"), &content])
        .output()
        .unwrap();
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
    fs::read(content).unwrap()
}
