-- A row is a file that somebody attached to something: what it is by its content, how long, and its
-- SHA-256. Its bytes lie in document_parts.
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    region TEXT NOT NULL,
    owner_id TEXT,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    attached_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    attached_at TIMESTAMP NOT NULL,
    CONSTRAINT documents_subject_kind_check CHECK (subject_kind IN ('project', 'parcel', 'land_assembly', 'certification_application', 'expert_draw', 'occupation')),
    CONSTRAINT documents_bytes_check CHECK (bytes BETWEEN 1 AND 20971520),
    CONSTRAINT documents_sha256_check CHECK (LENGTH(sha256) = 64)
);

CREATE INDEX documents_subject_id_id_idx ON documents (subject_id, id);

CREATE TRIGGER documents_update_refuse BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
CREATE TRIGGER documents_delete_refuse BEFORE DELETE ON documents
BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;

-- A row is a part of the bytes of a document, in order.
CREATE TABLE document_parts (
    id TEXT NOT NULL PRIMARY KEY,
    document_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT document_parts_document_id_position_key UNIQUE (document_id, position),
    CONSTRAINT document_parts_position_check CHECK (position > 0),
    CONSTRAINT document_parts_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
);

CREATE TRIGGER document_parts_update_refuse BEFORE UPDATE ON document_parts
BEGIN SELECT RAISE(ABORT, 'document_parts is append-only'); END;
CREATE TRIGGER document_parts_delete_refuse BEFORE DELETE ON document_parts
BEGIN SELECT RAISE(ABORT, 'document_parts is append-only'); END;

-- A row is something that was put before everybody: its frozen content with the hash of it, its
-- period with both ends included, and the notice that it corrects.
CREATE TABLE public_notices (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_number TEXT NOT NULL,
    region TEXT NOT NULL,
    content TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    event_on DATE NOT NULL,
    publish_by DATE,
    issued_by TEXT,
    issuer_id TEXT,
    issued_at TIMESTAMP NOT NULL,
    corrects_id TEXT,
    correction_reason TEXT,
    CONSTRAINT public_notices_number_key UNIQUE (number),
    CONSTRAINT public_notices_last_day_check CHECK (last_day >= first_day),
    CONSTRAINT public_notices_content_check CHECK (LENGTH(content) BETWEEN 1 AND 1000000),
    CONSTRAINT public_notices_correction_reason_check CHECK ((corrects_id IS NULL) = (correction_reason IS NULL)),
    CONSTRAINT public_notices_corrects_id_fkey FOREIGN KEY (corrects_id) REFERENCES public_notices (id)
);

CREATE UNIQUE INDEX public_notices_corrects_id_key ON public_notices (corrects_id);

CREATE UNIQUE INDEX public_notices_subject_id_kind_key ON public_notices (subject_id, kind) WHERE corrects_id IS NULL;

CREATE INDEX public_notices_region_idx ON public_notices (region);

CREATE INDEX public_notices_last_day_idx ON public_notices (last_day);

CREATE TRIGGER public_notices_update_refuse BEFORE UPDATE ON public_notices
BEGIN SELECT RAISE(ABORT, 'public_notices is append-only'); END;
CREATE TRIGGER public_notices_delete_refuse BEFORE DELETE ON public_notices
BEGIN SELECT RAISE(ABORT, 'public_notices is append-only'); END;

-- A row is what somebody has against a notice; who it was is optional and for the centre alone. Of
-- the receipt code only the hash is kept.
CREATE TABLE objections (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    notice_number TEXT NOT NULL,
    region TEXT NOT NULL,
    author TEXT,
    contact TEXT,
    text TEXT NOT NULL,
    receipt_hash BLOB NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    CONSTRAINT objections_number_key UNIQUE (number),
    CONSTRAINT objections_receipt_hash_key UNIQUE (receipt_hash),
    CONSTRAINT objections_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public_notices (id)
);

CREATE INDEX objections_notice_id_idx ON objections (notice_id);

CREATE INDEX objections_region_id_idx ON objections (region, id);

CREATE TRIGGER objections_update_refuse BEFORE UPDATE ON objections
BEGIN SELECT RAISE(ABORT, 'objections is append-only'); END;
CREATE TRIGGER objections_delete_refuse BEFORE DELETE ON objections
BEGIN SELECT RAISE(ABORT, 'objections is append-only'); END;

-- A row is what the centre said to an objection: first whether it is examined, then what came of
-- it; and by when it had to.
CREATE TABLE objection_steps (
    id TEXT NOT NULL PRIMARY KEY,
    objection_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    step TEXT NOT NULL,
    reason TEXT NOT NULL,
    due_on DATE,
    taken_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT objection_steps_objection_id_position_key UNIQUE (objection_id, position),
    CONSTRAINT objection_steps_step_check CHECK ((position = 1 AND step IN ('accepted', 'refused')) OR (position = 2 AND step IN ('upheld', 'dismissed'))),
    CONSTRAINT objection_steps_objection_id_fkey FOREIGN KEY (objection_id) REFERENCES objections (id)
);

CREATE TRIGGER objection_steps_update_refuse BEFORE UPDATE ON objection_steps
BEGIN SELECT RAISE(ABORT, 'objection_steps is append-only'); END;
CREATE TRIGGER objection_steps_delete_refuse BEFORE DELETE ON objection_steps
BEGIN SELECT RAISE(ABORT, 'objection_steps is append-only'); END;

-- A row is a member of a centre's pool of experts: a person with a login, and the fields that they
-- know.
CREATE TABLE experts (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    user_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    fields TEXT NOT NULL,
    region TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT experts_number_key UNIQUE (number),
    CONSTRAINT experts_region_user_id_key UNIQUE (region, user_id),
    CONSTRAINT experts_fields_check CHECK (LENGTH(fields) BETWEEN 1 AND 200),
    CONSTRAINT experts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE INDEX experts_region_id_idx ON experts (region, id);

CREATE TRIGGER experts_update_refuse BEFORE UPDATE ON experts
BEGIN SELECT RAISE(ABORT, 'experts is append-only'); END;
CREATE TRIGGER experts_delete_refuse BEFORE DELETE ON experts
BEGIN SELECT RAISE(ABORT, 'experts is append-only'); END;

-- A row says whether an expert may be drawn from then on; the newest one counts.
CREATE TABLE expert_standings (
    id TEXT NOT NULL PRIMARY KEY,
    expert_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    standing TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    CONSTRAINT expert_standings_expert_id_position_key UNIQUE (expert_id, position),
    CONSTRAINT expert_standings_standing_check CHECK (standing IN ('active', 'suspended', 'removed')),
    CONSTRAINT expert_standings_position_check CHECK (position > 0),
    CONSTRAINT expert_standings_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES experts (id)
);

CREATE TRIGGER expert_standings_update_refuse BEFORE UPDATE ON expert_standings
BEGIN SELECT RAISE(ABORT, 'expert_standings is append-only'); END;
CREATE TRIGGER expert_standings_delete_refuse BEFORE DELETE ON expert_standings
BEGIN SELECT RAISE(ABORT, 'expert_standings is append-only'); END;

-- A row is how well an expert did their part.
CREATE TABLE expert_reviews (
    id TEXT NOT NULL PRIMARY KEY,
    expert_id TEXT NOT NULL,
    draw_id TEXT,
    score BIGINT NOT NULL,
    remark TEXT NOT NULL,
    reviewed_by TEXT NOT NULL,
    reviewed_at TIMESTAMP NOT NULL,
    CONSTRAINT expert_reviews_score_check CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT expert_reviews_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES experts (id)
);

CREATE INDEX expert_reviews_expert_id_id_idx ON expert_reviews (expert_id, id);

CREATE TRIGGER expert_reviews_update_refuse BEFORE UPDATE ON expert_reviews
BEGIN SELECT RAISE(ABORT, 'expert_reviews is append-only'); END;
CREATE TRIGGER expert_reviews_delete_refuse BEFORE DELETE ON expert_reviews
BEGIN SELECT RAISE(ABORT, 'expert_reviews is append-only'); END;

-- A row says that an expert takes no part in a matter, and why.
CREATE TABLE expert_recusals (
    id TEXT NOT NULL PRIMARY KEY,
    expert_id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    declared_by TEXT NOT NULL,
    declared_at TIMESTAMP NOT NULL,
    CONSTRAINT expert_recusals_expert_id_subject_id_key UNIQUE (expert_id, subject_id),
    CONSTRAINT expert_recusals_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES experts (id)
);

CREATE TRIGGER expert_recusals_update_refuse BEFORE UPDATE ON expert_recusals
BEGIN SELECT RAISE(ABORT, 'expert_recusals is append-only'); END;
CREATE TRIGGER expert_recusals_delete_refuse BEFORE DELETE ON expert_recusals
BEGIN SELECT RAISE(ABORT, 'expert_recusals is append-only'); END;

-- A row is a draw of a panel for a matter as it was prepared: what fields it needs, the moment that
-- decides, the last moment for the reveal, and the frozen list of candidates with its hash.
CREATE TABLE expert_draws (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_number TEXT NOT NULL,
    region TEXT NOT NULL,
    needs TEXT NOT NULL,
    moment TIMESTAMP NOT NULL,
    reveal_by TIMESTAMP NOT NULL,
    candidates TEXT NOT NULL,
    candidates_hash BLOB NOT NULL,
    conflicts TEXT NOT NULL,
    prepared_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    prepared_at TIMESTAMP NOT NULL,
    CONSTRAINT expert_draws_number_key UNIQUE (number),
    CONSTRAINT expert_draws_reveal_by_check CHECK (reveal_by > moment)
);

CREATE INDEX expert_draws_subject_id_id_idx ON expert_draws (subject_id, id);

CREATE INDEX expert_draws_region_id_idx ON expert_draws (region, id);

CREATE TRIGGER expert_draws_update_refuse BEFORE UPDATE ON expert_draws
BEGIN SELECT RAISE(ABORT, 'expert_draws is append-only'); END;
CREATE TRIGGER expert_draws_delete_refuse BEFORE DELETE ON expert_draws
BEGIN SELECT RAISE(ABORT, 'expert_draws is append-only'); END;

-- A row announces a draw: somebody of another organisation published the hash of a nonce.
CREATE TABLE draw_commitments (
    id TEXT NOT NULL PRIMARY KEY,
    draw_id TEXT NOT NULL,
    nonce_hash BLOB NOT NULL,
    committed_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    committed_at TIMESTAMP NOT NULL,
    CONSTRAINT draw_commitments_draw_id_key UNIQUE (draw_id),
    CONSTRAINT draw_commitments_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES expert_draws (id)
);

CREATE TRIGGER draw_commitments_update_refuse BEFORE UPDATE ON draw_commitments
BEGIN SELECT RAISE(ABORT, 'draw_commitments is append-only'); END;
CREATE TRIGGER draw_commitments_delete_refuse BEFORE DELETE ON draw_commitments
BEGIN SELECT RAISE(ABORT, 'draw_commitments is append-only'); END;

-- A row is the end of a draw: drawn from the head of the audit log at the first entry after the
-- moment and the nonce that was revealed, or void.
CREATE TABLE draw_outcomes (
    id TEXT NOT NULL PRIMARY KEY,
    draw_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    head_seq BIGINT,
    head_hash BLOB,
    nonce BLOB,
    seed BLOB,
    reason TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP NOT NULL,
    CONSTRAINT draw_outcomes_draw_id_key UNIQUE (draw_id),
    CONSTRAINT draw_outcomes_outcome_check CHECK ((outcome = 'drawn' AND head_seq IS NOT NULL AND head_hash IS NOT NULL AND nonce IS NOT NULL AND seed IS NOT NULL) OR (outcome = 'void' AND seed IS NULL AND reason IS NOT NULL)),
    CONSTRAINT draw_outcomes_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES expert_draws (id)
);

CREATE TRIGGER draw_outcomes_update_refuse BEFORE UPDATE ON draw_outcomes
BEGIN SELECT RAISE(ABORT, 'draw_outcomes is append-only'); END;
CREATE TRIGGER draw_outcomes_delete_refuse BEFORE DELETE ON draw_outcomes
BEGIN SELECT RAISE(ABORT, 'draw_outcomes is append-only'); END;

-- A row is an expert whom the lot took into a panel, for a field, at first or in the stead of
-- another.
CREATE TABLE draw_members (
    id TEXT NOT NULL PRIMARY KEY,
    draw_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    field TEXT NOT NULL,
    expert_id TEXT NOT NULL,
    ticket BLOB NOT NULL,
    replaces_id TEXT,
    reason TEXT,
    joined_at TIMESTAMP NOT NULL,
    CONSTRAINT draw_members_draw_id_position_key UNIQUE (draw_id, position),
    CONSTRAINT draw_members_draw_id_expert_id_key UNIQUE (draw_id, expert_id),
    CONSTRAINT draw_members_replaces_id_check CHECK ((replaces_id IS NULL) = (reason IS NULL)),
    CONSTRAINT draw_members_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES expert_draws (id),
    CONSTRAINT draw_members_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES experts (id),
    CONSTRAINT draw_members_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES draw_members (id)
);

CREATE UNIQUE INDEX draw_members_replaces_id_key ON draw_members (replaces_id);

CREATE INDEX draw_members_expert_id_idx ON draw_members (expert_id);

CREATE TRIGGER draw_members_update_refuse BEFORE UPDATE ON draw_members
BEGIN SELECT RAISE(ABORT, 'draw_members is append-only'); END;
CREATE TRIGGER draw_members_delete_refuse BEFORE DELETE ON draw_members
BEGIN SELECT RAISE(ABORT, 'draw_members is append-only'); END;

-- A row is what a member of a panel said of the matter: a score, for or against, and why.
CREATE TABLE panel_votes (
    id TEXT NOT NULL PRIMARY KEY,
    draw_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    expert_id TEXT NOT NULL,
    vote TEXT NOT NULL,
    score BIGINT NOT NULL,
    reason TEXT NOT NULL,
    cast_by TEXT NOT NULL,
    cast_at TIMESTAMP NOT NULL,
    CONSTRAINT panel_votes_member_id_key UNIQUE (member_id),
    CONSTRAINT panel_votes_vote_check CHECK (vote IN ('approve', 'reject')),
    CONSTRAINT panel_votes_score_check CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT panel_votes_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES expert_draws (id),
    CONSTRAINT panel_votes_member_id_fkey FOREIGN KEY (member_id) REFERENCES draw_members (id)
);

CREATE INDEX panel_votes_draw_id_idx ON panel_votes (draw_id);

CREATE TRIGGER panel_votes_update_refuse BEFORE UPDATE ON panel_votes
BEGIN SELECT RAISE(ABORT, 'panel_votes is append-only'); END;
CREATE TRIGGER panel_votes_delete_refuse BEFORE DELETE ON panel_votes
BEGIN SELECT RAISE(ABORT, 'panel_votes is append-only'); END;

-- A row is what a panel came to, once all of its members had voted.
CREATE TABLE panel_conclusions (
    id TEXT NOT NULL PRIMARY KEY,
    draw_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    approvals BIGINT NOT NULL,
    rejections BIGINT NOT NULL,
    score_hundredths BIGINT NOT NULL,
    concluded_at TIMESTAMP NOT NULL,
    CONSTRAINT panel_conclusions_draw_id_key UNIQUE (draw_id),
    CONSTRAINT panel_conclusions_outcome_check CHECK ((outcome = 'approved' AND approvals > rejections) OR (outcome = 'rejected' AND rejections > approvals)),
    CONSTRAINT panel_conclusions_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES expert_draws (id)
);

CREATE TRIGGER panel_conclusions_update_refuse BEFORE UPDATE ON panel_conclusions
BEGIN SELECT RAISE(ABORT, 'panel_conclusions is append-only'); END;
CREATE TRIGGER panel_conclusions_delete_refuse BEFORE DELETE ON panel_conclusions
BEGIN SELECT RAISE(ABORT, 'panel_conclusions is append-only'); END;

-- A row is a report on restored land that was delivered for one of its due days.
CREATE TABLE monitoring_reports (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL,
    due_on DATE NOT NULL,
    report_number TEXT NOT NULL,
    dated DATE NOT NULL,
    author TEXT NOT NULL,
    restored_area BIGINT NOT NULL,
    findings TEXT NOT NULL,
    filed_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    CONSTRAINT monitoring_reports_project_id_due_on_key UNIQUE (project_id, due_on),
    CONSTRAINT monitoring_reports_restored_area_check CHECK (restored_area >= 0),
    CONSTRAINT monitoring_reports_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE TRIGGER monitoring_reports_update_refuse BEFORE UPDATE ON monitoring_reports
BEGIN SELECT RAISE(ABORT, 'monitoring_reports is append-only'); END;
CREATE TRIGGER monitoring_reports_delete_refuse BEFORE DELETE ON monitoring_reports
BEGIN SELECT RAISE(ABORT, 'monitoring_reports is append-only'); END;

-- A row is a report that a project owes for a day, and the day on which it is so late that the
-- project is frozen.
CREATE TABLE report_duties (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL,
    due_on DATE NOT NULL,
    frozen_on DATE NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT report_duties_project_id_due_on_key UNIQUE (project_id, due_on),
    CONSTRAINT report_duties_frozen_on_check CHECK (frozen_on > due_on),
    CONSTRAINT report_duties_state_check CHECK (state IN ('open', 'delivered', 'frozen', 'ended')),
    CONSTRAINT report_duties_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE INDEX report_duties_state_frozen_on_idx ON report_duties (state, frozen_on);

CREATE TRIGGER report_duties_delete_refuse BEFORE DELETE ON report_duties
BEGIN SELECT RAISE(ABORT, 'report_duties is append-only'); END;

-- A row says that a project was frozen: since a report is overdue, or by order.
CREATE TABLE freezes (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL,
    project_number TEXT NOT NULL,
    township TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    cause TEXT NOT NULL,
    due_on DATE,
    reason TEXT NOT NULL,
    frozen_by TEXT,
    frozen_at TIMESTAMP NOT NULL,
    CONSTRAINT freezes_cause_check CHECK ((cause = 'report_overdue' AND due_on IS NOT NULL) OR (cause = 'ordered' AND frozen_by IS NOT NULL)),
    CONSTRAINT freezes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id)
);

CREATE INDEX freezes_project_id_idx ON freezes (project_id);

CREATE INDEX freezes_owner_id_id_idx ON freezes (owner_id, id);

CREATE INDEX freezes_township_id_idx ON freezes (township, id);

CREATE TRIGGER freezes_update_refuse BEFORE UPDATE ON freezes
BEGIN SELECT RAISE(ABORT, 'freezes is append-only'); END;
CREATE TRIGGER freezes_delete_refuse BEFORE DELETE ON freezes
BEGIN SELECT RAISE(ABORT, 'freezes is append-only'); END;

-- A row is what of a batch went from available to frozen when its project was frozen, and goes back
-- when it is thawed.
CREATE TABLE freeze_moves (
    id TEXT NOT NULL PRIMARY KEY,
    freeze_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    CONSTRAINT freeze_moves_freeze_id_batch_id_key UNIQUE (freeze_id, batch_id),
    CONSTRAINT freeze_moves_m2_check CHECK (m2 > 0),
    CONSTRAINT freeze_moves_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES freezes (id),
    CONSTRAINT freeze_moves_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

CREATE TRIGGER freeze_moves_update_refuse BEFORE UPDATE ON freeze_moves
BEGIN SELECT RAISE(ABORT, 'freeze_moves is append-only'); END;
CREATE TRIGGER freeze_moves_delete_refuse BEFORE DELETE ON freeze_moves
BEGIN SELECT RAISE(ABORT, 'freeze_moves is append-only'); END;

-- A row asks to thaw a project; a second person decides.
CREATE TABLE thaw_requests (
    id TEXT NOT NULL PRIMARY KEY,
    freeze_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    CONSTRAINT thaw_requests_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES freezes (id),
    CONSTRAINT thaw_requests_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id)
);

CREATE INDEX thaw_requests_freeze_id_idx ON thaw_requests (freeze_id);

CREATE TRIGGER thaw_requests_update_refuse BEFORE UPDATE ON thaw_requests
BEGIN SELECT RAISE(ABORT, 'thaw_requests is append-only'); END;
CREATE TRIGGER thaw_requests_delete_refuse BEFORE DELETE ON thaw_requests
BEGIN SELECT RAISE(ABORT, 'thaw_requests is append-only'); END;

-- A row is the end of a freeze.
CREATE TABLE thaws (
    id TEXT NOT NULL PRIMARY KEY,
    freeze_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    thawed_by TEXT NOT NULL,
    thawed_at TIMESTAMP NOT NULL,
    CONSTRAINT thaws_freeze_id_key UNIQUE (freeze_id),
    CONSTRAINT thaws_request_id_key UNIQUE (request_id),
    CONSTRAINT thaws_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES freezes (id),
    CONSTRAINT thaws_request_id_fkey FOREIGN KEY (request_id) REFERENCES thaw_requests (id)
);

CREATE TRIGGER thaws_update_refuse BEFORE UPDATE ON thaws
BEGIN SELECT RAISE(ABORT, 'thaws is append-only'); END;
CREATE TRIGGER thaws_delete_refuse BEFORE DELETE ON thaws
BEGIN SELECT RAISE(ABORT, 'thaws is append-only'); END;

-- A row says that restored land of a project was lost, by which reference; a second person decides.
CREATE TABLE loss_findings (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    project_id TEXT NOT NULL,
    project_number TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    found_on DATE NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT loss_findings_number_key UNIQUE (number),
    CONSTRAINT loss_findings_m2_check CHECK (m2 BETWEEN 1 AND 1000000000),
    CONSTRAINT loss_findings_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT loss_findings_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals (id)
);

CREATE INDEX loss_findings_project_id_idx ON loss_findings (project_id);

CREATE TRIGGER loss_findings_update_refuse BEFORE UPDATE ON loss_findings
BEGIN SELECT RAISE(ABORT, 'loss_findings is append-only'); END;
CREATE TRIGGER loss_findings_delete_refuse BEFORE DELETE ON loss_findings
BEGIN SELECT RAISE(ABORT, 'loss_findings is append-only'); END;

-- A row is what a loss took from the project's own side, and what it still owes.
CREATE TABLE losses (
    id TEXT NOT NULL PRIMARY KEY,
    finding_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    taken_m2 BIGINT NOT NULL,
    duty_m2 BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    CONSTRAINT losses_finding_id_key UNIQUE (finding_id),
    CONSTRAINT losses_taken_m2_check CHECK (taken_m2 >= 0 AND duty_m2 >= 0 AND taken_m2 + duty_m2 > 0),
    CONSTRAINT losses_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES loss_findings (id)
);

CREATE INDEX losses_project_id_idx ON losses (project_id);

CREATE TRIGGER losses_update_refuse BEFORE UPDATE ON losses
BEGIN SELECT RAISE(ABORT, 'losses is append-only'); END;
CREATE TRIGGER losses_delete_refuse BEFORE DELETE ON losses
BEGIN SELECT RAISE(ABORT, 'losses is append-only'); END;

-- A row is what a loss took from one bucket of one batch.
CREATE TABLE loss_moves (
    id TEXT NOT NULL PRIMARY KEY,
    loss_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    batch_id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    CONSTRAINT loss_moves_loss_id_position_key UNIQUE (loss_id, position),
    CONSTRAINT loss_moves_bucket_check CHECK (bucket IN ('unreleased', 'buffer', 'frozen', 'available', 'reserved')),
    CONSTRAINT loss_moves_m2_check CHECK (m2 > 0),
    CONSTRAINT loss_moves_loss_id_fkey FOREIGN KEY (loss_id) REFERENCES losses (id),
    CONSTRAINT loss_moves_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

CREATE TRIGGER loss_moves_update_refuse BEFORE UPDATE ON loss_moves
BEGIN SELECT RAISE(ABORT, 'loss_moves is append-only'); END;
CREATE TRIGGER loss_moves_delete_refuse BEFORE DELETE ON loss_moves
BEGIN SELECT RAISE(ABORT, 'loss_moves is append-only'); END;

-- A row is the buffer of a batch that went to its owner after the post assessment.
CREATE TABLE buffer_returns (
    id TEXT NOT NULL PRIMARY KEY,
    batch_id TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    returned_by TEXT NOT NULL,
    returned_at TIMESTAMP NOT NULL,
    CONSTRAINT buffer_returns_batch_id_key UNIQUE (batch_id),
    CONSTRAINT buffer_returns_m2_check CHECK (m2 > 0),
    CONSTRAINT buffer_returns_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

CREATE TRIGGER buffer_returns_update_refuse BEFORE UPDATE ON buffer_returns
BEGIN SELECT RAISE(ABORT, 'buffer_returns is append-only'); END;
CREATE TRIGGER buffer_returns_delete_refuse BEFORE DELETE ON buffer_returns
BEGIN SELECT RAISE(ABORT, 'buffer_returns is append-only'); END;

-- A row is what a loss of restored land took out of a listing that goes on.
CREATE TABLE listing_cuts (
    id TEXT NOT NULL PRIMARY KEY,
    listing_id TEXT NOT NULL,
    loss_id TEXT NOT NULL,
    m2 BIGINT NOT NULL,
    cut_at TIMESTAMP NOT NULL,
    CONSTRAINT listing_cuts_listing_id_loss_id_key UNIQUE (listing_id, loss_id),
    CONSTRAINT listing_cuts_m2_check CHECK (m2 > 0),
    CONSTRAINT listing_cuts_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings (id),
    CONSTRAINT listing_cuts_loss_id_fkey FOREIGN KEY (loss_id) REFERENCES loss_findings (id)
);

CREATE TRIGGER listing_cuts_update_refuse BEFORE UPDATE ON listing_cuts
BEGIN SELECT RAISE(ABORT, 'listing_cuts is append-only'); END;
CREATE TRIGGER listing_cuts_delete_refuse BEFORE DELETE ON listing_cuts
BEGIN SELECT RAISE(ABORT, 'listing_cuts is append-only'); END;

-- A row is a survey that a township is to do: of which year, by which document, until when.
CREATE TABLE survey_tasks (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    township TEXT NOT NULL,
    survey_year BIGINT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    due_on DATE NOT NULL,
    created_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT survey_tasks_number_key UNIQUE (number),
    CONSTRAINT survey_tasks_survey_year_check CHECK (survey_year BETWEEN 1990 AND 2999),
    CONSTRAINT survey_tasks_township_check CHECK (LENGTH(township) = 9)
);

CREATE INDEX survey_tasks_township_id_idx ON survey_tasks (township, id);

CREATE TRIGGER survey_tasks_update_refuse BEFORE UPDATE ON survey_tasks
BEGIN SELECT RAISE(ABORT, 'survey_tasks is append-only'); END;
CREATE TRIGGER survey_tasks_delete_refuse BEFORE DELETE ON survey_tasks
BEGIN SELECT RAISE(ABORT, 'survey_tasks is append-only'); END;

-- A row is a version of what a township handed in for a task, and what was said of it then.
CREATE TABLE survey_files (
    id TEXT NOT NULL PRIMARY KEY,
    task_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    format TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    accepted BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    handed_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    handed_at TIMESTAMP NOT NULL,
    CONSTRAINT survey_files_task_id_version_key UNIQUE (task_id, version),
    CONSTRAINT survey_files_version_check CHECK (version > 0),
    CONSTRAINT survey_files_task_id_fkey FOREIGN KEY (task_id) REFERENCES survey_tasks (id)
);

CREATE TRIGGER survey_files_update_refuse BEFORE UPDATE ON survey_files
BEGIN SELECT RAISE(ABORT, 'survey_files is append-only'); END;
CREATE TRIGGER survey_files_delete_refuse BEFORE DELETE ON survey_files
BEGIN SELECT RAISE(ABORT, 'survey_files is append-only'); END;

-- A row is a part of the bytes of a file that was handed in, in order.
CREATE TABLE survey_file_parts (
    id TEXT NOT NULL PRIMARY KEY,
    file_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT survey_file_parts_file_id_position_key UNIQUE (file_id, position),
    CONSTRAINT survey_file_parts_file_id_fkey FOREIGN KEY (file_id) REFERENCES survey_files (id)
);

CREATE TRIGGER survey_file_parts_update_refuse BEFORE UPDATE ON survey_file_parts
BEGIN SELECT RAISE(ABORT, 'survey_file_parts is append-only'); END;
CREATE TRIGGER survey_file_parts_delete_refuse BEFORE DELETE ON survey_file_parts
BEGIN SELECT RAISE(ABORT, 'survey_file_parts is append-only'); END;

-- A row is what somebody of the centre found at a pond of a task; the newest of a pond counts.
CREATE TABLE survey_ponds (
    id TEXT NOT NULL PRIMARY KEY,
    task_id TEXT NOT NULL,
    parcel_number TEXT NOT NULL,
    result TEXT NOT NULL,
    evidence TEXT NOT NULL,
    verified_by TEXT NOT NULL,
    verifier TEXT NOT NULL,
    verified_on DATE NOT NULL,
    verified_at TIMESTAMP NOT NULL,
    CONSTRAINT survey_ponds_result_check CHECK (result IN ('passed', 'refused')),
    CONSTRAINT survey_ponds_task_id_fkey FOREIGN KEY (task_id) REFERENCES survey_tasks (id)
);

CREATE INDEX survey_ponds_task_id_idx ON survey_ponds (task_id);

CREATE TRIGGER survey_ponds_update_refuse BEFORE UPDATE ON survey_ponds
BEGIN SELECT RAISE(ABORT, 'survey_ponds is append-only'); END;
CREATE TRIGGER survey_ponds_delete_refuse BEFORE DELETE ON survey_ponds
BEGIN SELECT RAISE(ABORT, 'survey_ponds is append-only'); END;

-- A row is a step of a task: submitted by the township, returned or verified by the centre.
CREATE TABLE survey_steps (
    id TEXT NOT NULL PRIMARY KEY,
    task_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    step TEXT NOT NULL,
    version BIGINT NOT NULL,
    reason TEXT,
    import_id TEXT,
    taken_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT survey_steps_task_id_position_key UNIQUE (task_id, position),
    CONSTRAINT survey_steps_step_check CHECK ((step = 'submitted' AND reason IS NULL AND import_id IS NULL) OR (step = 'returned' AND reason IS NOT NULL) OR (step = 'verified' AND import_id IS NOT NULL)),
    CONSTRAINT survey_steps_task_id_fkey FOREIGN KEY (task_id) REFERENCES survey_tasks (id)
);

CREATE TRIGGER survey_steps_update_refuse BEFORE UPDATE ON survey_steps
BEGIN SELECT RAISE(ABORT, 'survey_steps is append-only'); END;
CREATE TRIGGER survey_steps_delete_refuse BEFORE DELETE ON survey_steps
BEGIN SELECT RAISE(ABORT, 'survey_steps is append-only'); END;

-- A row is a parcel whose land was assembled for restoration, by which contract.
CREATE TABLE land_assemblies (
    id TEXT NOT NULL PRIMARY KEY,
    parcel_id TEXT NOT NULL,
    parcel_number TEXT NOT NULL,
    township TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    assembled_on DATE NOT NULL,
    document TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT land_assemblies_parcel_id_key UNIQUE (parcel_id),
    CONSTRAINT land_assemblies_mode_check CHECK (mode IN ('transfer', 'lease', 'shareholding', 'trusteeship')),
    CONSTRAINT land_assemblies_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcels (id)
);

CREATE INDEX land_assemblies_township_id_idx ON land_assemblies (township, id);

CREATE TRIGGER land_assemblies_update_refuse BEFORE UPDATE ON land_assemblies
BEGIN SELECT RAISE(ABORT, 'land_assemblies is append-only'); END;
CREATE TRIGGER land_assemblies_delete_refuse BEFORE DELETE ON land_assemblies
BEGIN SELECT RAISE(ABORT, 'land_assemblies is append-only'); END;

-- A row is somebody with a right to assembled land, and when they consented.
CREATE TABLE right_holders (
    id TEXT NOT NULL PRIMARY KEY,
    assembly_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    area BIGINT NOT NULL,
    consented_on DATE NOT NULL,
    CONSTRAINT right_holders_assembly_id_position_key UNIQUE (assembly_id, position),
    CONSTRAINT right_holders_area_check CHECK (area > 0),
    CONSTRAINT right_holders_assembly_id_fkey FOREIGN KEY (assembly_id) REFERENCES land_assemblies (id)
);

CREATE TRIGGER right_holders_update_refuse BEFORE UPDATE ON right_holders
BEGIN SELECT RAISE(ABORT, 'right_holders is append-only'); END;
CREATE TRIGGER right_holders_delete_refuse BEFORE DELETE ON right_holders
BEGIN SELECT RAISE(ABORT, 'right_holders is append-only'); END;

CREATE INDEX lot_moves_batch_id_last_serial_idx ON lot_moves (batch_id, last_serial);
