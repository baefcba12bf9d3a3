public import Accelerator

/// Where commits are kept. One stream, one writer.
///
/// The calls block the thread that makes them (the Clerk's own) and are made by one thread only.
public protocol Journal: AnyObject, Sendable {
    /// The state as of the last durable commit: newest good snapshot and the commits after it.
    func recover() throws(JournalError) -> State
    /// Every commit after `n`, oldest first.
    func read(after n: UInt64, _ body: (Commit) throws(JournalError) -> Void) throws(JournalError)
    /// Makes room for the next batch before anything of it is decided. `noSpace` here refuses commands and
    /// nothing else; questions go on.
    func reserve() throws(JournalError)
    /// Appends commits of consecutive `n` as one batch. When it returns, they survive a power cut. After any
    /// error nothing of this journal may be acknowledged any more: the process ends with 74.
    func append(_ commits: [Commit]) throws(JournalError)
    /// Nothing has been appended for a while: mark the batch before as certain (500 ms after it).
    func seal() throws(JournalError)
    /// Something immutable to write a snapshot from, off the commit path; returns at once.
    func snapshot(_ state: State)
    /// Seals cleanly and lets go of the directory.
    func close() throws(JournalError)
}

/// What is wrong with a journal. The process's exit status follows from it (contract.md 2).
public enum JournalError: Error, Hashable, Sendable {
    /// Another process has it: its id, where known. Exit 75.
    case locked(by: Int32?)
    /// Acknowledged data is damaged, missing or rewritten. Exit 65.
    case damaged(Damage)
    /// A newer release wrote it. Exit 65.
    case newer(String)
    /// No room for the next batch.
    case noSpace
    /// The disk failed. Exit 74.
    case io(call: String, path: String, code: Int32)
    /// The directory can't be used as it is set up: a network file system, another owner. Exit 78.
    case unusable(String)

    public struct Damage: Hashable, Sendable {
        public var file: String
        public var offset: Int
        /// The first and last line numbers (`q`) that are missing or wrong.
        public var lines: ClosedRange<UInt64>?
        public var why: String
        public init(file: String, offset: Int, lines: ClosedRange<UInt64>?, why: String) {
            self.file = file
            self.offset = offset
            self.lines = lines
            self.why = why
        }
    }
}
