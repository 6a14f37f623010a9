-- Ids of kept answers are in the order of time from here on, like all others; a request is known again
-- by its key. Ids made from the key lay anywhere: each answer cost a page of two indexes.
CREATE UNIQUE INDEX idempotency_keys_key_organisation_id_operation_key
    ON idempotency_keys (key, organisation_id, operation);
