"""The timeline: ruler, filmstrip, sound and one track of tags per code group."""
