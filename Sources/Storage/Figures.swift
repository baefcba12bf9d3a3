internal import Platform
public import Runtime

/// What the disk looks like from here, for whoever runs the bot.
public struct JournalFigures: Hashable, Sendable {
    /// The bytes that are free on this disk.
    public var free: Int
    /// The bytes of all files with lines, archived ones too, and how many files they are.
    public var journal: Int
    public var files: Int
    /// The commit of the newest snapshot; 0 for none.
    public var snapshot: UInt64
    public var mark: JournalMark
}

extension FileJournal {
    /// Looks at the directory. Some system calls, no reading: for a question now and then.
    public func figures() throws(JournalError) -> JournalFigures {
        let mark = mark
        let names = try SnapshotFile.names(in: doors)
        return try translating { () throws(SystemError) in
            var journal = 0
            var files = 0
            for directory in ["", FileNames.archive] {
                for name in try doors.names(directory)
                where FileNames.firstLine(ofSegment: name) != nil {
                    let path = directory.isEmpty ? name : "\(directory)/\(name)"
                    // One that moved into the archive meanwhile is counted there or not at all.
                    guard let status = try doors.status(path) else { continue }
                    journal += status.size
                    files += 1
                }
            }
            return JournalFigures(
                free: try doors.freeBytes(), journal: journal, files: files,
                snapshot: names.first.flatMap { FileNames.lastCommit(ofSnapshot: $0) } ?? 0,
                mark: mark)
        }
    }
}
