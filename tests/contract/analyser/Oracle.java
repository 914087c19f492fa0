package aemmail;

import com.adobe.aem.analyser.AemAnalyserUtil;
import com.adobe.aem.project.ServiceType;
import com.adobe.aem.project.model.ConfigurationFile;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads configuration files, and judges the run modes of folders, as Adobe's analyser does, line by line.
 *
 * A line of standard input is {"name": file name, "file": text}, answered by {"refused": reason} or {"properties": …} with values as
 * {"type", "value"}; or {"runModes": [what follows `config.`, "" for nothing]}, answered by {"refused": reason} or
 * {"aggregates": {tier and type: [those whose configurations it gets]}}.
 */
public final class Oracle {
    private static final String DEFAULT = "(default)";

    private final Path folder;

    private Oracle(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        Lines.answer(new Oracle(Path.of(arguments[0]))::answer);
    }

    private JsonObject answer(JsonObject question) throws IOException {
        try {
            return question.containsKey("runModes") ? aggregates(question) : properties(question);
        } catch (IOException | RuntimeException error) {
            return Json.createObjectBuilder().add("refused", error.toString()).build();
        }
    }

    private JsonObject properties(JsonObject question) throws IOException {
        Path file = folder.resolve(question.getString("name"));
        Files.writeString(file, question.getString("file"));
        Dictionary<String, Object> read = new ConfigurationFile(ConfigurationFile.Location.APPS, file.toFile()).readConfiguration();
        Files.delete(file);
        if (read == null) {
            return Json.createObjectBuilder().add("refused", "no configuration").build();
        }
        return Json.createObjectBuilder().add("properties", Lines.typed(read)).build();
    }

    private static JsonObject aggregates(JsonObject question) {
        Map<String, String> modes = new HashMap<>();
        for (JsonString mode : question.getJsonArray("runModes").getValuesAs(JsonString.class)) {
            String name = mode.getString().isEmpty() ? DEFAULT : mode.getString();
            modes.put(name, name);
        }
        JsonObjectBuilder all = Json.createObjectBuilder();
        AemAnalyserUtil.getAggregates(modes, EnumSet.allOf(ServiceType.class)).forEach((name, members) -> {
            JsonArrayBuilder array = Json.createArrayBuilder();
            members.forEach(member -> array.add(DEFAULT.equals(member) ? "" : member));
            all.add(name, array);
        });
        return Json.createObjectBuilder().add("aggregates", all).build();
    }
}
