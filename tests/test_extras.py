"""Connectors whose platforms need a library tell of themselves without it."""

import subprocess
import sys

import pytest

WITHOUT = {
    "google.play:GooglePlayConnector": ("googleapiclient", "google.auth", "google.oauth2", "httplib2"),
    "google.business:GoogleBusinessConnector": (
        "googleapiclient",
        "google.auth",
        "google.oauth2",
        "httplib2",
    ),
    "google.youtube:YouTubeConnector": ("googleapiclient", "google.auth", "google.oauth2", "httplib2"),
    "apple.app_store:AppStoreConnector": ("jwt", "cryptography"),
    "mail:MailConnector": ("imap_tools",),
}


@pytest.mark.parametrize("connector", WITHOUT)
def test_connector_is_imported_without_its_library(connector: str) -> None:
    module, _, name = connector.partition(":")
    blocked = "; ".join(f"sys.modules[{one!r}] = None" for one in WITHOUT[connector])
    code = f"import sys; {blocked}; from connectors.{module} import {name}; print({name}.about.platform)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
