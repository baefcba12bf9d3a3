public import Accelerator
internal import JSON
internal import Platform
public import Runtime

extension JournalReader {
    /// The state after the last commit, or after an earlier one.
    ///
    /// 1. The newest snapshot up to that commit that is whole and can be read is the beginning;
    ///    else the one before it; else the empty state.
    /// 2. Every later commit is applied to it in order.
    ///
    /// - Parameter last: the last commit to take in.
    /// - Parameter report: hears which snapshots were passed over.
    public func recover(
        upTo last: UInt64 = .max, report: (String) -> Void = { _ in }
    ) throws(JournalError) -> State {
        var state: State
        if let base = try base(upTo: last, report: report) {
            state = base
        } else {
            state = try origin(upTo: last)
        }
        try read(after: state.n) { commit throws(JournalError) in
            if commit.n <= last { state.evolve(commit) }
        }
        return state
    }

    /// The state made again from the first line that there is, whatever snapshots say.
    ///
    /// - Parameter includes: whether a commit is still wanted; none is after the first that is not.
    public func replayed(while includes: (Commit) -> Bool = { _ in true }) throws(JournalError)
        -> State
    {
        var state = try origin(upTo: .max)
        var isOver = false
        try read(after: state.n) { commit throws(JournalError) in
            isOver = isOver || !includes(commit)
            if !isOver { state.evolve(commit) }
        }
        return state
    }

    /// What there was before the first line: nothing, or the state that a compaction left.
    func origin(upTo last: UInt64) throws(JournalError) -> State {
        guard let anchor = try Anchor.read(doors) else { return State() }
        let name = "\(FileNames.archive)/\(FileNames.snapshot(last: anchor.snapshot))"
        func refusal(_ why: String) -> JournalError {
            .damaged(file: name, offset: 0, firstMissing: 1, lastMissing: anchor.mark.q, why: why)
        }
        guard anchor.snapshot <= last else {
            throw .unusable(
                "nothing is known from before commit \(anchor.snapshot): compaction took it out")
        }
        let bytes = try translating { () throws(SystemError) in
            try doors.contents(name, limit: SnapshotFile.longest)
        }
        guard let footer = SnapshotFile.footer(of: bytes) else {
            throw refusal("the state that compaction left is not whole")
        }
        do throws(CodingFault) {
            return try StateText.read(bytes.prefix(footer.stateCount))
        } catch {
            throw refusal("the state that compaction left can't be read: \(error)")
        }
    }

    private func base(
        upTo last: UInt64, report: (String) -> Void
    ) throws(JournalError) -> State? {
        var limit = last
        while true {
            let (footer, warnings) = try SnapshotFile.newest(
                in: doors, directory: meta.id, upTo: limit, safeguards, cache: cache)
            for warning in warnings { report(warning) }
            guard let footer else { return nil }
            let name = FileNames.snapshot(last: footer.mark.n)
            let bytes = try translating { () throws(SystemError) in
                if let known = cache?.read(name) { return known.bytes }
                return try doors.contents(name, limit: SnapshotFile.longest)
            }
            do throws(CodingFault) {
                let state = try StateText.read(bytes.prefix(footer.stateCount))
                if state.n == footer.mark.n { return state }
                report("\(name) holds another commit's state and is passed over")
            } catch {
                report("\(name) can't be read by this version and is passed over: \(error)")
            }
            guard footer.mark.n > 0 else { return nil }
            limit = footer.mark.n - 1
        }
    }
}
