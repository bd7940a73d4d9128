"""From a channel to a case: polling, taking in, judging, and what each channel has surely seen."""
