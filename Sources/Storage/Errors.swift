internal import Platform
public import Runtime

extension JournalError {
    /// Lines lost from a file, or what else makes it unusable.
    static func damaged(
        file: String, offset: Int, firstMissing: UInt64, lastMissing: UInt64, why: String
    ) -> JournalError {
        .damaged(
            Damage(
                file: file, offset: offset,
                lines: firstMissing <= lastMissing ? firstMissing...lastMissing : nil, why: why))
    }

    /// What the operating system said, in the journal's words.
    init(_ error: SystemError) {
        self = .io(call: error.call, path: error.path, code: error.code)
    }

    /// The status that a process ends with because of this error (sysexits.h).
    public var exitStatus: Int32 {
        switch self {
        case .damaged, .newer: 65
        case .noSpace, .io: 74
        case .locked: 75
        case .unusable: 78
        }
    }

    /// What happened, for the log and the operator.
    public var explanation: String {
        switch self {
        case .locked(let pid?): "the data directory is in use by process \(pid)"
        case .locked(nil): "the data directory is in use by another process"
        case .damaged(let damage):
            "\(damage.file) is damaged at byte \(damage.offset): \(damage.why)"
                + (damage.lines.map { "; lines \($0.lowerBound) to \($0.upperBound) are lost" }
                    ?? "")
        case .newer(let what): "written by newer software: \(what)"
        case .noSpace: "there is no room for the journal"
        case .io(let call, let path, let code):
            SystemError(code: code, call: call, path: path).description
        case .unusable(let why): why
        }
    }
}

/// Runs calls to the operating system, and says what fails in the journal's words.
func translating<Result>(
    _ body: () throws(SystemError) -> Result
) throws(JournalError) -> Result {
    do throws(SystemError) {
        return try body()
    } catch {
        throw JournalError(error)
    }
}

extension DiskDoors {
    /// The real directory at a path, for whoever names one that may not be there.
    static func opened(at path: String, creating: Bool) throws(JournalError) -> DiskDoors {
        do throws(SystemError) {
            return try real(at: path, creating: creating)
        } catch {
            throw .unusable("\(path) can't be opened: \(error)")
        }
    }
}
