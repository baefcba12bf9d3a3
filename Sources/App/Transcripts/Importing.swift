import Accelerator
import JSON
import Language
import Platform
import Runtime

/// A cohort's file into a bot: the same facts in the same order as chat would have made them.
enum Importing {
    /// Reads a file strictly; what is wrong with it is named by its path within.
    static func read(_ path: String) throws(LoadingFault) -> CohortFile {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Files.read(path, limit: JSONLimits.file.bytes)
        } catch {
            throw LoadingFault(file: path, path: "", why: "\(error)")
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: .file)
        } catch {
            throw LoadingFault(file: path, path: "", why: "\(error)")
        }
        do throws(CohortFault) {
            return try CohortFile(value)
        } catch {
            throw LoadingFault(file: path, path: error.path, why: error.why)
        }
    }

    /// The file's facts that were entered by a time, each a commit at the time that the file gives it, and
    /// appended some hundred at once. Nobody is told anything, and nothing that was due before the end of
    /// them rings later. Returns that end.
    static func load(
        _ file: CohortFile, until: Instant?, _ decider: Decider, into journal: any Journal
    ) throws(JournalError) -> Instant {
        var state = try journal.recover()
        var batch: [Commit] = []
        func take(_ input: Input, at: Instant, by: String?) throws(JournalError) {
            let random = RandomBytes.make(16)
            guard case .commit(var commit) = decider.decide(input, state, at: at, random: random)
            else { return }
            if let by { commit.source = "console:\(by)" }
            state.evolve(commit)
            batch.append(commit)
            if batch.count == 256 { try flush() }
        }
        func flush() throws(JournalError) {
            guard !batch.isEmpty else { return }
            try journal.reserve()
            try journal.append(batch)
            batch = []
        }
        for step in file.steps(zones: decider.zones) where until.map({ step.at <= $0 }) ?? true {
            try take(.imported(step.events), at: step.at, by: step.by)
        }
        let end = max(until ?? state.at, state.at)
        try take(.operated(.settle), at: end, by: nil)
        try flush()
        return end
    }

    /// A fixture of that name beside a file, else among the samples.
    static func find(_ name: String, beside folder: String, or samples: String) -> String? {
        for path in [Files.join(folder, name), "\(samples)/\(name)"] where Files.isFile(path) {
            return path
        }
        return nil
    }
}
