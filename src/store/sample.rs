//! A store to try things on.

use super::{ServerKey, Store};

/// An empty one with a key, in a folder that goes with the first of the three.
pub(super) async fn store() -> (tempfile::TempDir, Store, ServerKey) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
    let key = ServerKey::open_or_make(&folder.path().join("secret")).unwrap();
    (folder, store, key)
}
