import Accelerator
import Language

// Deciding a batch, and what leaves when it is durable.

extension Clerk {
    /// What was decided and is not yet durable.
    struct Batch: Sendable {
        var commits: [Commit] = []
        var sayings: [Saying] = []
        var replies: [(Ticket, Said)] = []
        /// Messages that went back through a door: delivered as soon as they are durable.
        var handed: [String] = []
        var rang: Bool?
        var changesDirectory = false
    }

    mutating func reserved(
        _ taken: [Waiting], _ result: Result<Void, JournalError>, _ now: Moment
    ) -> [ClerkEffect] {
        switch result {
        case .success:
            retryAt = nil
            var batch = Batch()
            decideMarks(&batch, now)
            for waiting in taken { decide(waiting, &batch, now) }
            guard batch.commits.isEmpty else {
                phase = .appending(batch)
                return [.append(batch.commits)]
            }
            phase = .idle
            return leave(batch, now)
        case .failure(.noSpace):
            retryAt = now.steady.advanced(by: Instant.second)
            marksDue = marks.isEmpty ? nil : retryAt
            phase = .idle
            return decideWithoutSpace(taken, now)
        case .failure(let error):
            phase = .dead
            return [.die(error)]
        }
    }

    mutating func appended(
        _ batch: Batch, _ result: Result<Void, JournalError>, _ now: Moment
    ) -> [ClerkEffect] {
        if case .failure(let error) = result {
            phase = .dead
            return [.die(error)]
        }
        phase = .idle
        sealDue = now.steady.advanced(by: limits.seal)
        var effects = leave(batch, now)
        for id in batch.handed {
            marks.append(.delivered(id: id, message: nil))
            marksDue = marksDue ?? now.steady.advanced(by: limits.seal)
        }
        commitsSinceSnapshot += batch.commits.count
        let age = now.steady.since(snapshotAt)
        if age >= limits.snapshotAge
            || (commitsSinceSnapshot >= limits.snapshotCommits && age >= limits.snapshotPause)
        {
            commitsSinceSnapshot = 0
            snapshotAt = now.steady
            effects.append(.snapshot(state))
        }
        return effects
    }

    /// Everything that shows a result, in the order in which it was decided.
    private mutating func leave(_ batch: Batch, _ now: Moment) -> [ClerkEffect] {
        var effects: [ClerkEffect] = []
        if batch.changesDirectory { effects.append(.directory(Directory(state))) }
        if !batch.sayings.isEmpty { effects.append(.speak(batch.sayings)) }
        for (ticket, said) in batch.replies { effects.append(.reply(ticket, said)) }
        let before = due
        unplanned += batch.commits
        if !unplanned.isEmpty { planDue = planDue ?? now.steady.advanced(by: limits.plan) }
        if batch.rang != nil { plan(whole: true, now) }
        if let planDue, planDue <= now.steady { plan(whole: false, now) }
        if let made = batch.rang {
            effects.append(.rang(due: due, made: made))
        } else if due != before {
            effects.append(.due(due))
        }
        return effects
    }

    // MARK: One input

    private mutating func decide(_ waiting: Waiting, _ batch: inout Batch, _ now: Moment) {
        let outcome = mind.decide(
            waiting.heard.input, state, max(waiting.at, state.at), waiting.heard.random)
        cursors.handled(waiting.cursors)
        let isAlarm = if case .alarm = waiting.heard.input { true } else { false }
        if isAlarm { batch.rang = batch.rang ?? false }
        switch outcome {
        case .commit(let commit):
            if isAlarm { batch.rang = true }
            let n = commit.n
            let sayings = take(commit, isRung: isAlarm, &batch)
            answer(waiting, .commit(n), sayings, &batch)
        case .answer(let out):
            let sayings = out.map { Saying.answer($0, replaces: message(replacedBy: $0)) }
            answer(waiting, .answer, sayings, &batch)
        case .nothing: answer(waiting, .nothing, [], &batch)
        }
    }

    /// Takes a commit into the working state; what it says is still to be put somewhere.
    private mutating func take(_ decided: Commit, isRung: Bool, _ batch: inout Batch) -> [Saying] {
        var commit = decided
        precondition(commit.n == state.n + 1, "a decision has a number that is not the next one")
        commit.cursors = cursors.take()
        state.evolve(commit)
        if !batch.changesDirectory {
            batch.changesDirectory = commit.events.contains { $0.concernsDirectory }
        }
        let sayings = commit.out.map { out in
            Saying.owed(
                Owed(out, at: commit.at, replaces: message(replacedBy: out), isRung: isRung))
        }
        batch.commits.append(commit)
        return sayings
    }

    private func message(replacedBy out: Outgoing) -> String? {
        out.replaces.flatMap { state.sent[$0]?.message }
    }

    /// Sorts what is said: through the door that waits, or on its way.
    private func answer(
        _ waiting: Waiting, _ outcome: Said.Outcome, _ sayings: [Saying], _ batch: inout Batch
    ) {
        guard let ticket = waiting.heard.ticket else {
            batch.sayings += sayings
            return
        }
        var words: [Worded] = []
        for saying in sayings {
            guard ticket.wantsWords, case .message(let inbound) = waiting.heard.input,
                isBack(saying.outgoing.to, inbound)
            else {
                batch.sayings.append(saying)
                continue
            }
            words.append(worded(saying.outgoing, inbound))
            if case .owed(let owed) = saying { batch.handed.append(owed.outgoing.id) }
        }
        batch.replies.append((ticket, Said(outcome, words)))
    }

    /// Whether a receiver is whoever spoke, where they spoke.
    private func isBack(_ receiver: Receiver, _ inbound: Inbound) -> Bool {
        switch receiver {
        case .chat(let key): key == inbound.chat
        case .principal(let principal): inbound.chat == nil && principal == inbound.principal
        case .person(let code): inbound.chat == nil && state.principals[inbound.principal] == code
        }
    }

    // MARK: Marks

    /// Many marks make one commit, so that a line is written for a reply and a part of one for its mark.
    private mutating func decideMarks(_ batch: inout Batch, _ now: Moment) {
        var merged: Commit?
        var taken = 0
        var decided: Set<String> = []
        while taken < limits.batchInputs * 4, let mark = marks.popFirst() {
            taken += 1
            guard let id = mark.mark, decided.insert(id).inserted,
                case .commit(let commit) = mind.decide(mark, state, max(now.wall, state.at), [])
            else { continue }
            if let before = merged,
                !commit.out.isEmpty || before.events.count >= limits.marksInCommit
            {
                _ = take(before, isRung: false, &batch)
                merged = nil
                // Its number was the one that has just been given.
                guard
                    case .commit(let again) = mind.decide(mark, state, max(now.wall, state.at), [])
                else {
                    continue
                }
                merged = again
            } else if merged == nil {
                merged = commit
            } else {
                merged?.events += commit.events
            }
            if let full = merged, !full.out.isEmpty {
                batch.sayings += take(full, isRung: false, &batch)
                merged = nil
            }
        }
        if let merged { _ = take(merged, isRung: false, &batch) }
        marksDue = marks.isEmpty ? nil : now.steady
    }

    // MARK: No space

    /// Questions are answered from what is durable. What would have to be written is refused.
    private mutating func decideWithoutSpace(_ taken: [Waiting], _ now: Moment) -> [ClerkEffect] {
        var batch = Batch()
        for waiting in taken {
            switch waiting.heard.input {
            case .message(let inbound):
                decideWithoutSpace(inbound, waiting, &batch)
            case .chat:
                // Facts of the channel that it will not tell again: they wait for room.
                house.append(waiting)
            case .alarm: batch.rang = false
            default:
                if let ticket = waiting.heard.ticket {
                    batch.replies.append((ticket, Said(.refused(.noSpace))))
                }
            }
        }
        return leave(batch, now)
    }

    private mutating func decideWithoutSpace(
        _ inbound: Inbound, _ waiting: Waiting, _ batch: inout Batch
    ) {
        cursors.handled(waiting.cursors)
        let outcome = mind.decide(
            waiting.heard.input, state, max(waiting.at, state.at), waiting.heard.random)
        switch outcome {
        case .commit:
            answer(
                waiting, .refused(.noSpace), [.answer(refusal(.noSpace, inbound), replaces: nil)],
                &batch)
        case .answer(let out):
            answer(
                waiting, .answer, out.map { .answer($0, replaces: message(replacedBy: $0)) }, &batch
            )
        case .nothing: answer(waiting, .nothing, [], &batch)
        }
    }
}

extension Saying {
    var outgoing: Outgoing {
        switch self {
        case .owed(let owed): owed.outgoing
        case .answer(let out, _): out
        }
    }
}

extension Input {
    /// The message that a mark is about.
    var mark: String? {
        switch self {
        case .delivered(let id, _), .undeliverable(let id, _, _): id
        default: nil
        }
    }
}
