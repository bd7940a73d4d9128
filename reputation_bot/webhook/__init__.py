"""The webhook: takes signed posts of forms and platforms and records what they hold, as polling would."""
