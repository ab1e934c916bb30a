"""One module a site: saved pages in, plans out. Pure: no network, no files, no clock."""
