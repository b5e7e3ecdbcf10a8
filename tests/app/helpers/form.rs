//! A form, filled as the page offers it: what the page does not offer can't be sent.

use scraper::{ElementRef, Html};

use super::page::{name_of, selector, words};

/// A form with what it would send.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// `get` or `post`.
    pub(crate) method: String,
    /// A path of the application.
    pub(crate) action: String,
    /// What would be sent, in order.
    pub(crate) fields: Vec<(String, String)>,
    /// Whether it is sent as `multipart/form-data`.
    pub(crate) carries_files: bool,
    /// Files that were chosen: field, name, octets.
    pub(crate) files: Vec<(String, String, Vec<u8>)>,
    /// Names of fields for files.
    choosers: Vec<String>,
    /// Checkboxes and radio buttons that are not ticked, with what stands beside them.
    boxes: Vec<(String, String, String)>,
    /// Names of fields that a person can type into or choose from.
    open: Vec<String>,
}

impl Form {
    pub(super) fn of_button(page: &Html, name: &str) -> Option<Self> {
        let button = page.select(&selector("button")).find(|button| name_of(button) == name)?;
        Some(Self::sent_by(page, &button))
    }

    pub(super) fn sent_by(page: &Html, button: &ElementRef<'_>) -> Self {
        let owner = owner_of(page, button).expect("a form around the button");
        let mut form = Self {
            method: button.attr("formmethod").or(owner.attr("method")).unwrap_or("get").to_lowercase(),
            action: button.attr("formaction").or(owner.attr("action")).unwrap_or_default().to_owned(),
            fields: Vec::new(),
            carries_files: owner.attr("enctype") == Some("multipart/form-data"),
            files: Vec::new(),
            choosers: Vec::new(),
            boxes: Vec::new(),
            open: Vec::new(),
        };
        for control in page.select(&selector("input, select, textarea")) {
            if owner_of(page, &control).is_some_and(|its| its.id() == owner.id()) && control.attr("disabled").is_none()
            {
                form.add(&control);
            }
        }
        if let Some(name) = button.attr("name") {
            form.fields.push((name.to_owned(), button.attr("value").unwrap_or_default().to_owned()));
        }
        form
    }

    fn add(&mut self, control: &ElementRef<'_>) {
        let Some(name) = control.attr("name").map(str::to_owned) else { return };
        let value = control.attr("value").map(str::to_owned);
        match (control.value().name(), control.attr("type").unwrap_or("text")) {
            ("select", _) => {
                let options: Vec<_> = control.select(&selector("option")).collect();
                let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
                if let Some(option) = chosen {
                    let value = option.attr("value").map_or_else(|| words(option), str::to_owned);
                    self.fields.push((name.clone(), value));
                }
                self.open.push(name);
            }
            ("textarea", _) => {
                self.fields.push((name.clone(), control.text().collect()));
                self.open.push(name);
            }
            (_, "checkbox" | "radio") => {
                let value = value.unwrap_or_else(|| "on".to_owned());
                if control.attr("checked").is_some() {
                    self.fields.push((name, value));
                } else {
                    let beside = control.ancestors().filter_map(ElementRef::wrap);
                    let around = beside.into_iter().find(|element| {
                        element.value().name() == "label"
                            || element.value().classes().any(|class| class == "message-row")
                    });
                    let label = control.attr("aria-label").map(str::to_owned).unwrap_or_default();
                    let text = around.map(|element| words(&element)).unwrap_or_default();
                    self.boxes.push((name, value, format!("{label} {text}")));
                }
            }
            (_, "submit" | "button" | "image" | "reset") => {}
            (_, "file") => self.choosers.push(name),
            (_, kind) => {
                self.fields.push((name.clone(), value.unwrap_or_default()));
                if kind != "hidden" {
                    self.open.push(name);
                }
            }
        }
    }

    /// Types into a field, or chooses from it.
    pub(crate) fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(self.open.iter().any(|open| open == name), "nothing to type into called {name:?}: {:?}", self.open);
        let field = self.fields.iter_mut().find(|(field, _)| field == name).unwrap();
        field.1 = value.to_owned();
        self
    }

    /// Chooses a file.
    pub(crate) fn choose(mut self, name: &str, file: &str, octets: &[u8]) -> Self {
        assert!(
            self.carries_files && self.choosers.iter().any(|chooser| chooser == name),
            "no field for files: {name}"
        );
        self.files.push((name.to_owned(), file.to_owned(), octets.to_vec()));
        self
    }

    /// As a browser sends it (RFC 7578): the media type and the body.
    pub(crate) fn multipart(&self) -> (String, Vec<u8>) {
        let boundary = "----FernpostTestBoundary7d1b";
        let mut body = Vec::new();
        let mut part = |head: String, octets: &[u8]| {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(octets);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in &self.fields {
            // what is typed into more than one line goes with whole line ends
            let value = value.replace("\r\n", "\n").replace('\n', "\r\n");
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, file, octets) in &self.files {
            part(format!("name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream"), octets);
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// Ticks the box with these words beside it.
    pub(crate) fn tick(mut self, beside: &str) -> Self {
        let at = self.boxes.iter().position(|(_, _, text)| text.contains(beside));
        let at = at.unwrap_or_else(|| panic!("no box beside {beside:?}: {:?}", self.boxes));
        let (name, value, _) = self.boxes.remove(at);
        self.fields.push((name, value));
        self
    }

    /// Ticks the box of the row with exactly this subject: "Letter 1" is not "Letter 12".
    pub(crate) fn tick_only(mut self, subject: &str) -> Self {
        let row = |text: &str| {
            text.strip_prefix("Choose: ").is_some_and(|rest| {
                rest.strip_prefix(subject).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
        };
        let at = self.boxes.iter().position(|(_, _, text)| row(text));
        let at = at.unwrap_or_else(|| panic!("no row {subject:?}: {:?}", self.boxes));
        let (name, value, _) = self.boxes.remove(at);
        self.fields.push((name, value));
        self
    }

    /// What is sent under this name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Changes what no person could: for tests of what comes from elsewhere.
    pub(crate) fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends it elsewhere, as a page of before would.
    pub(crate) fn with_action(mut self, action: &str) -> Self {
        self.action = action.to_owned();
        self
    }

    /// Leaves a field out, as no browser would.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }
}

/// The form that a control belongs to: the one its `form` attribute names, else the one around it.
fn owner_of<'a>(page: &'a Html, control: &ElementRef<'a>) -> Option<ElementRef<'a>> {
    match control.attr("form") {
        Some(id) => page.select(&selector("form")).find(|form| form.attr("id") == Some(id)),
        None => control.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() == "form"),
    }
}
