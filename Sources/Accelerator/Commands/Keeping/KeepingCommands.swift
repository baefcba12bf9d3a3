/// The commands after the last day, and those by which the bot accounts for what it published.
enum KeepingCommands {
    static let all: [any Command.Type] = [
        LooseCommand.self, PathCommand.self, FollowUpCommand.self, InitiativeCommand.self,
        LessonCommand.self, LessonsCommand.self, WhoCommand.self, StoryCommand.self,
        RowsCommand.self, ForgetCommand.self, NationCommand.self, TrainingCommand.self,
        ExchangeCommand.self, ContactCommand.self,
    ]
}
