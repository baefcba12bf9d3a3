import Accelerator
import ArgumentParser
import Language
import Storage

/// A cohort's file into the data directory.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Loads a cohort from its file, through the same decisions as chat.",
        discussion:
            "Only into a directory whose last commit is older than the file's first. Nobody is told."
    )

    @OptionGroup var everywhere: Everywhere

    @Option(help: "Only what was entered by this time (RFC 3339).")
    var until: String?

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let end = try until.map { try Times.instant($0, option: "--until") }
        let cohort: CohortFile
        do {
            cohort = try Importing.read(file)
        } catch {
            throw error.path.isEmpty && !Files.isFile(file)
                ? Exit.io("\(error)") : Exit.data("\(error)")
        }
        let decider = try everywhere.decider()
        guard let first = cohort.steps(zones: decider.zones).first?.at else {
            throw Exit.data("\(file): nothing is in it")
        }
        let before = try everywhere.readState()
        guard before.n == 0 || before.at < first else {
            throw Exit.usage(
                "the directory has commits up to \(before.at), the file begins at \(first); nothing was written"
            )
        }
        let journal = try everywhere.journal(decider.zones)
        do {
            _ = try Importing.load(cohort, until: end, decider, into: journal)
        } catch {
            try? journal.close()
            throw error
        }
        try journal.close()
        let after = try everywhere.readState()
        Output.write("\(cohort.cohort.code): \(after.n - before.n) commits\n")
    }
}
