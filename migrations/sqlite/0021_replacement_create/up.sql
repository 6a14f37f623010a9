-- A row is what the owner of a project offers in replacement of restored land that was lost: credits
-- of a batch of its own, or land that an application for certification describes.
CREATE TABLE replacements (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    loss_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    batch_id TEXT,
    application_id TEXT,
    m2 BIGINT NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    offered_by TEXT NOT NULL,
    offered_at TIMESTAMP NOT NULL,
    CONSTRAINT replacements_number_key UNIQUE (number),
    CONSTRAINT replacements_kind_check CHECK (
        (kind = 'credits' AND batch_id IS NOT NULL AND application_id IS NULL)
        OR (kind = 'area' AND batch_id IS NULL AND application_id IS NOT NULL)),
    CONSTRAINT replacements_m2_check CHECK (m2 BETWEEN 1 AND 1000000000),
    CONSTRAINT replacements_loss_id_fkey FOREIGN KEY (loss_id) REFERENCES loss_findings (id),
    CONSTRAINT replacements_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
    CONSTRAINT replacements_application_id_fkey
        FOREIGN KEY (application_id) REFERENCES certification_applications (id),
    CONSTRAINT replacements_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id)
);

CREATE INDEX replacements_loss_id_id_idx ON replacements (loss_id, id);

CREATE TRIGGER replacements_update_refuse BEFORE UPDATE ON replacements
BEGIN SELECT RAISE(ABORT, 'replacements is append-only'); END;
CREATE TRIGGER replacements_delete_refuse BEFORE DELETE ON replacements
BEGIN SELECT RAISE(ABORT, 'replacements is append-only'); END;

-- A row is a replacement that a second person took, and what the loss still owes after it; the one
-- that leaves nothing fulfils the duty.
CREATE TABLE replacement_takings (
    id TEXT NOT NULL PRIMARY KEY,
    replacement_id TEXT NOT NULL,
    loss_id TEXT NOT NULL,
    application_id TEXT,
    m2 BIGINT NOT NULL,
    left_m2 BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT replacement_takings_replacement_id_key UNIQUE (replacement_id),
    CONSTRAINT replacement_takings_application_id_key UNIQUE (application_id),
    CONSTRAINT replacement_takings_loss_id_left_m2_key UNIQUE (loss_id, left_m2),
    CONSTRAINT replacement_takings_m2_check CHECK (m2 > 0 AND left_m2 >= 0),
    CONSTRAINT replacement_takings_replacement_id_fkey
        FOREIGN KEY (replacement_id) REFERENCES replacements (id),
    CONSTRAINT replacement_takings_loss_id_fkey FOREIGN KEY (loss_id) REFERENCES loss_findings (id)
);

CREATE TRIGGER replacement_takings_update_refuse BEFORE UPDATE ON replacement_takings
BEGIN SELECT RAISE(ABORT, 'replacement_takings is append-only'); END;
CREATE TRIGGER replacement_takings_delete_refuse BEFORE DELETE ON replacement_takings
BEGIN SELECT RAISE(ABORT, 'replacement_takings is append-only'); END;

-- Losses that left something to replace, and notices that came out after their last day.
CREATE INDEX losses_duty_idx ON losses (finding_id) WHERE duty_m2 > 0;
CREATE INDEX public_notices_late_idx ON public_notices (id)
    WHERE first_day > publish_by AND corrects_id IS NULL;
CREATE INDEX project_stages_stage_entered_at_idx ON project_stages (stage, entered_at);
