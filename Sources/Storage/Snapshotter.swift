internal import Accelerator
internal import Platform
internal import Runtime

/// Writes snapshots on a thread of its own, one at a time.
final class Snapshotter: Sendable {
    private struct Job: Sendable {
        var state: State
        var mark: JournalMark
    }

    private let doors: DiskDoors
    private let directory: String
    private let isSingleThreaded: Bool
    private let report: @Sendable (String) -> Void
    private let jobs = Mailbox<Job>(capacity: 1)
    private let thread = Lock<Thread?>(nil)

    init(
        doors: DiskDoors, directory: String, isSingleThreaded: Bool,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.isSingleThreaded = isSingleThreaded
        self.doors = doors
        self.directory = directory
        self.report = report
    }

    /// Takes a state to write, unless one is waiting already.
    func put(_ state: State, _ mark: JournalMark) {
        if isSingleThreaded { return write(Job(state: state, mark: mark)) }
        guard jobs.put(Job(state: state, mark: mark)) == .accepted else { return }
        thread.withLock { thread in
            guard thread == nil else { return }
            do throws(SystemError) {
                let jobs = jobs
                let write = write
                thread = try Thread.start(name: "snapshot") {
                    while let job = jobs.take() { write(job) }
                }
            } catch {
                report("no thread for snapshots: \(error)")
            }
        }
    }

    /// Waits until what was taken is written; takes nothing more.
    func finish() {
        jobs.close()
        thread.withLock { $0 }?.join()
    }

    @Sendable private func write(_ job: Job) {
        do throws(JournalError) {
            let text = StateText.write(job.state)
            try SnapshotFile.write(
                SnapshotFile.encode(
                    state: text, mark: job.mark, directory: directory,
                    stateHash: StateText.hash(text)),
                mark: job.mark, in: doors)
        } catch {
            report("the snapshot after commit \(job.mark.n) was not written: \(error.explanation)")
        }
    }
}
