//! A real browser, driven by its own protocol over a pipe.

use std::io::{BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// A page that has not loaded by then never will.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running chromium with one tab; killed when dropped.
pub(crate) struct Chromium {
    child: Child,
    told: Receiver<Value>,
    session: String,
    n: u64,
    loads: u64,
    /// What the tab complained of since it was asked last.
    complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// `None` where it is not installed, which fails with REQUIRE_TOOLS=1.
    pub(crate) fn open() -> Option<Self> {
        let there = Command::new("chromium").arg("--version").output();
        if there.is_err() {
            let required = std::env::var("REQUIRE_TOOLS").is_ok_and(|value| value == "1");
            assert!(!required, "chromium is not installed, and REQUIRE_TOOLS=1");
            eprintln!("not run: chromium");
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        // The protocol goes over descriptors 3 and 4.
        let script = "exec chromium \"$@\" 3<&0 4>&1 >/dev/null </dev/null";
        let mut child = Command::new("sh")
            .args(["-c", script, "chromium"])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"])
            .args(["--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--remote-debugging-pipe"])
            .args(["--no-proxy-server", "--disable-dev-shm-usage", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (tell, told) = channel();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            let (mut message, mut byte) = (Vec::new(), [0; 1]);
            while out.read_exact(&mut byte).is_ok() {
                if byte[0] != 0 {
                    message.push(byte[0]);
                    continue;
                }
                let read = serde_json::from_slice(&message);
                message.clear();
                if read.is_ok_and(|value: Value| tell.send(value).is_err()) {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            told,
            session: String::new(),
            n: 0,
            loads: 0,
            complaints: Vec::new(),
            _profile: profile,
        };
        let tab = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": tab["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", attach);
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Sends a command and waits for its answer.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.n += 1;
        let mut message = json!({ "id": self.n, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.child.stdin.as_mut().unwrap().write_all(&bytes).unwrap();
        let n = self.n;
        let answer = self.wait(|told| told["id"] == n);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let told = self.told.recv_timeout(left).unwrap();
            self.note(&told);
            if is_it(&told) {
                return told;
            }
        }
    }

    fn note(&mut self, told: &Value) {
        self.loads += u64::from(told["method"] == "Page.loadEventFired");
        let complaint = match told["method"].as_str() {
            Some("Runtime.exceptionThrown") => told["params"]["exceptionDetails"].to_string(),
            Some("Log.entryAdded") if told["params"]["entry"]["level"] == "error" => {
                let entry = &told["params"]["entry"];
                format!("{} {}", entry["text"], entry["url"])
            }
            Some("Runtime.consoleAPICalled") if told["params"]["type"] == "error" => {
                told["params"]["args"].to_string()
            }
            _ => return,
        };
        self.complaints.push(complaint);
    }

    pub(crate) fn width(&mut self, width: u32) {
        self.size(width, 900);
    }

    pub(crate) fn size(&mut self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    pub(crate) fn scripts(&mut self, allowed: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed }));
    }

    /// Keeps these cookies and no others.
    pub(crate) fn cookies(&mut self, url: &str, cookies: &[(&str, String)]) {
        self.call("Network.clearBrowserCookies", json!({}));
        for (name, value) in cookies {
            self.call("Network.setCookie", json!({ "url": url, "name": name, "value": value }));
        }
    }

    /// Opens a page and waits until all of it is there.
    pub(crate) fn open_page(&mut self, url: &str) {
        let before = self.loads;
        self.call("Page.navigate", json!({ "url": url }));
        self.loaded_after(before);
    }

    fn loaded_after(&mut self, before: u64) {
        while self.loads == before {
            self.wait(|_| true);
        }
    }

    /// The value of an expression in the page. The protocol's own scripts run where the page's may
    /// not.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let told = self.call("Runtime.evaluate", asked);
        assert!(told.get("exceptionDetails").is_none(), "{expression}: {told}");
        told["result"]["value"].clone()
    }

    /// What an expression promises, when it is there.
    pub(crate) fn promised(&mut self, expression: &str) -> Value {
        let asked =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let told = self.call("Runtime.evaluate", asked);
        assert!(told.get("exceptionDetails").is_none(), "{expression}: {told}");
        told["result"]["value"].clone()
    }

    pub(crate) fn text(&mut self) -> String {
        self.value("document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Writes into a field.
    pub(crate) fn fill(&mut self, id: &str, value: &str) {
        let set = format!("document.getElementById({id:?}).value = {value:?}; true");
        assert_eq!(self.value(&set), true);
    }

    /// Presses what the selector names, as a person does, and waits for the next page.
    pub(crate) fn press(&mut self, selector: &str) {
        let before = self.loads;
        self.click(selector);
        self.loaded_after(before);
    }

    /// Presses what the selector names.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = format!(
            "(() => {{ const it = document.querySelector({selector:?}); it.scrollIntoView({{block: 'center'}}); \
             const r = it.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        );
        let place = self.value(&place);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Keeps what is downloaded in that folder.
    pub(crate) fn downloads(&mut self, folder: &std::path::Path) {
        self.call(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": folder }),
        );
    }

    pub(crate) fn complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }

    /// The whole page.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        self.shot(json!({ "format": "png", "captureBeyondViewport": true }))
    }

    /// What the window shows of it.
    pub(crate) fn window(&mut self) -> Vec<u8> {
        self.shot(json!({ "format": "png" }))
    }

    /// Hands a file to a field.
    pub(crate) fn choose(&mut self, id: &str, file: &std::path::Path) {
        let root = self.call("DOM.getDocument", json!({}));
        let asked = json!({ "nodeId": root["root"]["nodeId"], "selector": format!("#{id}") });
        let node = self.call("DOM.querySelector", asked);
        let files = json!({ "files": [file], "nodeId": node["nodeId"] });
        self.call("DOM.setFileInputFiles", files);
    }

    fn shot(&mut self, asked: Value) -> Vec<u8> {
        let told = self.call("Page.captureScreenshot", asked);
        BASE64_STANDARD.decode(told["data"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
