-- until when a belonging is kept, if not for good: a text that found no room elsewhere is no settings
ALTER TABLE belongings ADD COLUMN expires INTEGER;
