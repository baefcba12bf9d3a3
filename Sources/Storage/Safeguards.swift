/// What keeps the journal true, one thing each. All of them are on; a test switches one off to see
/// that another test then fails (the table stands in deploy/storage.md).
package struct Safeguards: Hashable, Sendable {
    /// A line's checksum is compared.
    package var comparesChecksums = true
    /// A line names the one before it by its hash.
    package var comparesChain = true
    /// The first line of a batch proves that everything before it was durable.
    package var believesBatchFirsts = true
    /// A batch begins with an empty line.
    package var separatesBatches = true
    /// After damage nothing is cut off but what was never acknowledged; else it is cut at the first
    /// bad line, whatever that loses.
    package var refusesDamage = true
    /// Before the journal is read for writing it is synced, and the kernel's copies are dropped.
    package var readsFromDevice = true
    /// After a failure nothing more is taken.
    package var stopsAfterFailure = true
    /// A journal that ends before its newest snapshot is refused.
    package var comparesSnapshotEnd = true
    /// A snapshot's checksum is compared.
    package var comparesSnapshots = true

    /// The end of the journal is noted beside it.
    package var notesEnd = true
    /// Lines that are missing are brought back from the mirror.
    package var mends = true
    /// A batch is on the mirror's device before it is acknowledged.
    package var syncsMirror = true

    package init() {}
}
