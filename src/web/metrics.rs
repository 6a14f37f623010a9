//! Counters for whoever watches the service, in the text form of Prometheus.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Bounds in seconds: from a read of one row to an import.
const LATENCY_BUCKETS_S: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, once for the whole process.
pub fn record_metrics() {
    RECORDER.get_or_init(|| {
        let recorder =
            PrometheusBuilder::new().set_buckets(&LATENCY_BUCKETS_S).ok()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        metrics::describe_counter!("http_requests_total", "Requests by operation and status");
        metrics::describe_histogram!("http_request_seconds", "Time to answer, by operation");
        Some(handle)
    });
}

/// What was counted so far.
pub fn metrics_text() -> String {
    let Some(Some(handle)) = RECORDER.get() else { return String::new() };
    handle.run_upkeep();
    handle.render()
}

pub(super) fn count(operation: &'static str, status: u16, took: Duration) {
    let status = status.to_string();
    metrics::counter!("http_requests_total", "operation" => operation, "status" => status)
        .increment(1);
    metrics::histogram!("http_request_seconds", "operation" => operation).record(took);
}
