-- One delivery with its body.
SELECT guid, event, state, body FROM delivery WHERE guid = :#guid
