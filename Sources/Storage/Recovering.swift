public import Accelerator
internal import JSON
public import Runtime
internal import Platform

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
        var state = try base(upTo: last, report: report) ?? State()
        try read(after: state.n) { commit throws(JournalError) in
            if commit.n <= last { state.evolve(commit) }
        }
        return state
    }

    private func base(
        upTo last: UInt64, report: (String) -> Void
    ) throws(JournalError) -> State? {
        var limit = last
        while true {
            let (footer, warnings) = try SnapshotFile.newest(
                in: doors, directory: meta.id, upTo: limit)
            for warning in warnings { report(warning) }
            guard let footer else { return nil }
            let name = FileNames.snapshot(last: footer.mark.n)
            let bytes = try translating { () throws(SystemError) in
                try doors.contents(name, limit: SnapshotFile.longest)
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
