import Accelerator
import ArgumentParser
import Language
import Logging
import Metrics
import Storage

/// The bot as a service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves every configured channel and the HTTP doors, until SIGTERM.")

    @OptionGroup var everywhere: Everywhere

    @Flag(help: "Remove a webhook that is found set for a bot that polls.")
    var takeOver = false

    @Flag(help: "Start although the clock is more than ten minutes before the last commit.")
    var acceptEarlierClock = false

    @Flag(help: "Start on a network file system, whose locks and syncs can't be relied on.")
    var allowNetworkFilesystem = false

    @Option(
        help:
            "A directory on another disk for a second journal: what is acknowledged stands in both (else HUNDRED_MIRROR)."
    )
    var mirror: String?

    func run() async throws {
        let settings = try Settings(file: everywhere.config, takesOver: takeOver)
        let isPlain = Output.complaintsAreRead
        LoggingSystem.bootstrap { LogLines(label: $0, level: settings.logLevel, isPlain: isPlain) }
        let log = Logger(label: "hundred")
        let (decider, journal) = try everywhere.deciderAndJournal(
            report: { log.warning("journal", metadata: ["what": "\($0)"]) }
        ) { settings in
            settings.refusesEarlierClock = !acceptEarlierClock
            settings.allowsRemote = allowNetworkFilesystem
            settings.mirror = (mirror ?? Environment["HUNDRED_MIRROR"]).map(Everywhere.absolute)
        }
        for lines in journal.repaired {
            log.warning(
                "lines were brought back from the mirror",
                metadata: [
                    "incident": "repair.frame",
                    "lines": "\(lines.lowerBound)..\(lines.upperBound)",
                ])
        }
        let release =
            "# TYPE hundred_info gauge\nhundred_info{version=\"\(Release.version)\",tzdata=\"\(decider.zones.version)\"} 1\n"
        let prometheus = Prometheus(head: release)
        MetricsSystem.bootstrap(prometheus)
        if journal.tornBytes > 0 {
            log.warning(
                "recovered", metadata: ["incident": "torn", "bytes": "\(journal.tornBytes)"])
        }
        if let mirror = journal.mirrorStatus, mirror.sharesDevice {
            log.warning(
                "the mirror is on the same disk as the data: it doesn't help when that fails",
                metadata: ["incident": "mirror", "path": "\(mirror.path)"])
        }
        log.info(
            "starting", metadata: ["release": "\(Release.line)", "data": "\(everywhere.dataPath)"])
        let server = Server(
            decider: decider, journal: journal, settings: settings, log: log, prometheus: prometheus
        )
        do {
            try await server.run()
        } catch {
            try? journal.close()
            throw error
        }
        log.info("stopped")
    }
}
