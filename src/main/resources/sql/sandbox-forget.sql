-- Sandboxes that are not listed any more.
DELETE FROM sandbox WHERE seen_at < :#before_at
