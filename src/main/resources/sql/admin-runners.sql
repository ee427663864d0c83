-- Runners, newest first, a page.
SELECT * FROM runner
 WHERE (:#state = '' OR state = :#state) AND (:#repository = '' OR repository = :#repository) AND created_at < :#cursor
 ORDER BY created_at DESC, name LIMIT :#limit
