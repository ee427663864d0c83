-- Jobs, newest first, a page.
SELECT * FROM job_view
 WHERE (:#state = '' OR state = :#state) AND (:#repository = '' OR repository = :#repository) AND job_id < :#cursor
 ORDER BY job_id DESC LIMIT :#limit
