"""The App Store, with a key of App Store Connect and without."""
