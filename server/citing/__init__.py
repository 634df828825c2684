"""Citations in the formats that other programs read: W3C, CSL, GB/T 7714, BibTeX, RIS, links."""
