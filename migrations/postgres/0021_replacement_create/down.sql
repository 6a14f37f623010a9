DROP INDEX project_stages_stage_entered_at_idx;
DROP INDEX public_notices_late_idx;
DROP INDEX losses_duty_idx;
DROP TABLE replacement_takings;
DROP TABLE replacements;
