"""A small social network and a Bot API server in one process, with a web page: the demo and the test bed."""
