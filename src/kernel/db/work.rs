//! Commands on their way through the writer: what waits, what it is to run, whom to answer.

use std::any::{Any, TypeId};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::tx::Tx;
use crate::kernel::actor::Doing;
use crate::kernel::problem::{Answer, Failure, Problem};

/// Commands that are handled together: one ordinary command, or all waiting ones of a hot kind.
pub(super) trait Work: Any + Send {
    /// Equal for commands that may be handled together; `None` for ordinary ones.
    fn kind(&self) -> Option<TypeId>;
    fn doings(&self) -> Vec<Doing>;
    /// Takes over the commands of another work of the same kind.
    fn absorb(&mut self, other: Box<dyn Work>);
    /// Makes each command a work of its own.
    fn split(self: Box<Self>) -> Vec<Box<dyn Work>>;
    /// Runs the commands that have no answer yet. An error means that none of them may stay.
    fn run(&mut self, tx: &mut Tx<'_>) -> Answer<()>;
    /// The command already has an answer, which need not be committed.
    fn settle(&mut self, command: usize, failure: Failure);
    /// The command had its effect before: it gets the answer that was kept.
    fn replay(&mut self, command: usize, kept: &str);
    fn is_settled(&self, command: usize) -> bool;
    /// The command ran and failed.
    fn fail(&mut self, command: usize, failure: Failure);
    /// The refusal that the command met, or the JSON of its answer.
    fn outcome(&self, command: usize) -> Option<Result<String, Problem>>;
    /// Forgets the answers of the last run, since it was rolled back.
    fn forget(&mut self);
    /// Sends the answers: those of the last run, or the same problem to all that ran.
    fn answer(self: Box<Self>, instead: Option<&Problem>);
}

struct Waiting<I, T> {
    doing: Doing,
    input: I,
    answer: Option<Answer<T>>,
    /// The answer does not depend on this transaction.
    settled: bool,
    reply: oneshot::Sender<Answer<T>>,
}

struct Together<I, T, F> {
    waiting: Vec<Waiting<I, T>>,
    run: Arc<F>,
    hot: bool,
}

/// An ordinary command.
pub(super) fn ordinary<T, F>(doing: Doing, run: F) -> (Box<dyn Work>, oneshot::Receiver<Answer<T>>)
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Tx<'_>) -> Answer<T> + Send + Sync + 'static,
{
    let one = move |tx: &mut Tx<'_>, _: &[&()]| run(tx).map(|answer| vec![Ok(answer)]);
    together(doing, (), one, false)
}

/// A command of a hot kind; `run` gets all that wait and answers each.
pub(super) fn hot<I, T, F>(
    doing: Doing,
    input: I,
    run: F,
) -> (Box<dyn Work>, oneshot::Receiver<Answer<T>>)
where
    I: Send + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Tx<'_>, &[&I]) -> Answer<Vec<Answer<T>>> + Send + Sync + 'static,
{
    together(doing, input, run, true)
}

fn together<I, T, F>(
    doing: Doing,
    input: I,
    run: F,
    hot: bool,
) -> (Box<dyn Work>, oneshot::Receiver<Answer<T>>)
where
    I: Send + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Tx<'_>, &[&I]) -> Answer<Vec<Answer<T>>> + Send + Sync + 'static,
{
    let (reply, receiver) = oneshot::channel();
    let waiting = Waiting { doing, input, answer: None, settled: false, reply };
    (Box::new(Together { waiting: vec![waiting], run: Arc::new(run), hot }), receiver)
}

impl<I, T, F> Work for Together<I, T, F>
where
    I: Send + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Tx<'_>, &[&I]) -> Answer<Vec<Answer<T>>> + Send + Sync + 'static,
{
    fn kind(&self) -> Option<TypeId> {
        self.hot.then(TypeId::of::<Self>)
    }

    fn doings(&self) -> Vec<Doing> {
        self.waiting.iter().map(|w| w.doing.clone()).collect()
    }

    fn absorb(&mut self, other: Box<dyn Work>) {
        let other: Box<dyn Any> = other;
        if let Ok(other) = other.downcast::<Self>() {
            self.waiting.extend(other.waiting);
        }
    }

    fn split(self: Box<Self>) -> Vec<Box<dyn Work>> {
        let Self { waiting, run, hot } = *self;
        let alone = |waiting| Self { waiting: vec![waiting], run: Arc::clone(&run), hot };
        let mut works: Vec<Box<dyn Work>> = Vec::with_capacity(waiting.len());
        waiting.into_iter().for_each(|one| works.push(Box::new(alone(one))));
        works
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Answer<()> {
        let inputs: Vec<&I> =
            self.waiting.iter().filter(|w| !w.settled).map(|w| &w.input).collect();
        let answers = (self.run)(tx, &inputs)?;
        let open = self.waiting.iter_mut().filter(|w| !w.settled);
        open.zip(answers).for_each(|(waiting, answer)| waiting.answer = Some(answer));
        Ok(())
    }

    fn settle(&mut self, command: usize, failure: Failure) {
        self.fail(command, failure);
        if let Some(waiting) = self.waiting.get_mut(command) {
            waiting.settled = true;
        }
    }

    fn fail(&mut self, command: usize, failure: Failure) {
        if let Some(waiting) = self.waiting.get_mut(command) {
            waiting.answer = Some(Err(failure));
        }
    }

    fn replay(&mut self, command: usize, kept: &str) {
        if let Some(waiting) = self.waiting.get_mut(command) {
            let kept = serde_json::from_str(kept).map_err(|e| Failure::Broken(e.into()));
            waiting.answer = Some(kept);
            waiting.settled = true;
        }
    }

    fn is_settled(&self, command: usize) -> bool {
        self.waiting.get(command).is_some_and(|w| w.settled)
    }

    fn outcome(&self, command: usize) -> Option<Result<String, Problem>> {
        match self.waiting.get(command)?.answer.as_ref()? {
            Ok(answer) => serde_json::to_string(answer).ok().map(Ok),
            Err(Failure::Refused(problem)) => Some(Err(problem.clone())),
            Err(Failure::Broken(_)) => None,
        }
    }

    fn forget(&mut self) {
        self.waiting.iter_mut().filter(|w| !w.settled).for_each(|w| w.answer = None);
    }

    fn answer(self: Box<Self>, instead: Option<&Problem>) {
        for waiting in self.waiting {
            let own = waiting.answer;
            let answer = match (instead, own) {
                (Some(problem), _) if !waiting.settled => Err(Failure::Refused(problem.clone())),
                (_, Some(answer)) => answer,
                (_, None) => Err(Failure::broken("every command gets an answer")),
            };
            // A caller that has gone away has no use for the answer.
            let _ = waiting.reply.send(answer);
        }
    }
}
