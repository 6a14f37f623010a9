//! Joins the two parts of the papers' font, which come as packages that are never compiled, so that
//! the binary carries it whole. Cargo says where they lie, without the network once they were
//! fetched.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Each package with the file in it, in the order in which they are joined.
const PARTS: [(&str, &str); 2] = [
    ("makepad-fonts-chinese-regular", "LXGWWenKaiRegular.ttf"),
    ("makepad-fonts-chinese-regular-2", "LXGWWenKaiRegular.ttf.2"),
];

type Broken = Box<dyn std::error::Error>;

fn main() -> Result<(), Broken> {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let packages = packages(&["--offline"]).or_else(|_| packages(&[]))?;
    let mut font = Vec::new();
    for (package, file) in PARTS {
        let folder = folder_of(&packages, package)
            .ok_or_else(|| format!("{package} is not there: run cargo fetch"))?;
        font.extend(fs::read(folder.join("resources").join(file))?);
    }
    let out = env::var_os("OUT_DIR").ok_or("cargo names OUT_DIR")?;
    Ok(fs::write(Path::new(&out).join("paper.ttf"), font)?)
}

/// What cargo tells of all packages of the lock file, as JSON.
fn packages(network: &[&str]) -> Result<String, Broken> {
    let cargo = env::var_os("CARGO").ok_or("cargo names itself")?;
    let manifest = env::var("CARGO_MANIFEST_DIR")? + "/Cargo.toml";
    let told = Command::new(cargo)
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path", &manifest])
        .args(network)
        .output()?;
    if told.status.success() {
        Ok(String::from_utf8(told.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&told.stderr).into_owned().into())
    }
}

/// The folder of a package. No reader of JSON is needed for it: a package begins with its name and
/// version, and its manifest is the next that is named.
fn folder_of(packages: &str, name: &str) -> Option<PathBuf> {
    let (_, its) = packages.split_once(&format!("\"name\":\"{name}\",\"version\":"))?;
    let (_, path) = its.split_once("\"manifest_path\":\"")?;
    let (path, _) = path.split_once('"')?;
    Path::new(path).parent().map(Path::to_owned)
}
