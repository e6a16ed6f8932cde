"""Reading: the query service that the library, HTTP and the command line share."""
