export interface paths {
    "/v1/tenants/{tenantId}/audit/head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The end of the audit log */
        get: operations["auditHead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Was every push seen?
         * @description Each ref is a chain: a push begins where the one before it ended. Where it does not, pushes are missing.
         */
        get: operations["coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page that people look at
         * @description Holds no data: it asks this API for them with the token of whoever looks at it.
         */
        get: operations["dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document as a page */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit log as a file that can be checked without this app
         * @description The format is `docs/audit-format.md`. A long log is fetched in parts of whole days, each with its manifest; parts one after the other are one export. After a break only the last part is asked for again. Who exports is noted in the log.
         */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/commits/{commitHash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One commit */
        get: operations["getCommit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/digests/{date}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The digest of one day */
        get: operations["getDigest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the tenant has set */
        get: operations["getSettings"];
        /**
         * Set everything that a tenant may set
         * @description What is sent replaces all of it, so send what was read with the change in it. Every version is kept, every change is in the audit log. No secret stands in the settings, only its name.
         */
        put: operations["putSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/webhooks/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What GitHub sends
         * @description Signed with the secret of the tenant (`gitops-healthcare webhook-secret TENANT`). A push is stored before it is answered.
         */
        post: operations["githubWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does the process answer? */
        get: operations["healthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it do its work? */
        get: operations["healthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/high-risk-commits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The riskiest commits of the last days
         * @description Riskiest first. A commit counts when it was made, or first seen, within the days, so that back-dating hides nothing.
         */
        get: operations["highRiskCommits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/commits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The commits of a range of days
         * @description Newest first. A range of more than 366 days needs a filter. As a table or as lines it is the whole range in one answer, and `limit` and `cursor` count for nothing. Files beyond the first item of a very large commit are left out.
         */
        get: operations["queryCommits"];
        put?: never;
        /**
         * Store one commit, or up to 500
         * @description May be sent again at any time: what is known already is left as it is. In a batch each commit has its own result.
         */
        post: operations["ingestCommits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the audit log
         * @description Who asks is noted in the log, a moment later.
         */
        get: operations["queryAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Webhook deliveries in one state */
        get: operations["queryDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/digests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest digests */
        get: operations["queryDigests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/deliveries/{deliveryId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Process a delivery once more that was set aside */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/rescore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Score a page of the stored commits anew
         * @description By the settings as they are now, from what is stored of each commit; newest first. What comes out differently is recorded as amended, all else stays as it is, so it may be sent again at any time. With `dryRun` nothing is written, and `risk` may say which policy to try. A cursor is refused once the policy is another: begin again.
         */
        post: operations["rescoreCommits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/commits/{commitHash}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Record what a person thinks of a commit */
        put: operations["reviewCommit"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts of commits
         * @description By day and level, review, framework, repository and author; the largest first. After the first question only what was written since is read. A commit of two repositories or frameworks counts in both.
         */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recompute the audit log and hold every commit against it
         * @description Where the whole log is asked for, every commit is compared with its entries, both ways; of a range of days, the commits that its entries are about. Who asks is noted in the log, a moment later.
         */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /** Format: uri */
            type: string;
            title: string;
            status: number;
            detail?: string;
            instance: string;
            errors?: {
                path: string;
                message: string;
            }[];
            traceId: string;
        };
        AuditHead: {
            /** Format: date */
            auditDate: string;
            sequence: number;
            hash: string;
            id: string;
            tenantId: string;
            firstSequence: number;
            entries: number;
            previousHead: {
                /** Format: date */
                auditDate: string;
                sequence: number;
                hash: string;
                headHash: string;
            } | null;
            /** Format: date-time */
            updatedAt: string;
            headHash: string;
            formatVersion: number;
        };
        Coverage: {
            items: {
                repository: string;
                ref: string;
                pushesSeen: number;
                gapsFound: number;
                gapsFilled: number;
                /** @description Found and not filled; of these `gaps` lists the latest 500 */
                gapsOpen: number;
                lastPush: {
                    /** Format: date-time */
                    at: string;
                    after: string;
                    pusher?: string;
                };
                /** @description All that are open, and the latest hundred that were filled */
                gaps: {
                    /** @description Last object name known before the gap */
                    lastKnown?: string;
                    /** @description What the first push behind the gap began from */
                    before: string;
                    /** Format: date-time */
                    foundAt: string;
                    /** Format: date-time */
                    filledAt?: string;
                    /** @description How often GitHub was asked for what is missing */
                    attempts?: number;
                    error?: string;
                    /** Format: date-time */
                    nextAttemptAt?: string;
                }[];
            }[];
            nextCursor: string | null;
            /** @description Waiting in the inbox, and set aside */
            deliveries: {
                pending: number;
                failed: number;
            };
            /** @description Deliveries whose commits GitHub is still to be asked about */
            enrichment: {
                pending: number;
            };
        };
        Commit: {
            id: string;
            tenantId: string;
            commitHash: string;
            /**
             * Format: date
             * @description The UTC date of `timestamp`
             */
            commitDate: string;
            /**
             * Format: date-time
             * @description The author's clock
             */
            timestamp: string;
            message: string;
            /** @description Kinds of what was taken out of the message */
            redactions: string[];
            author: string;
            authorName?: string;
            committer?: {
                name?: string;
                email?: string;
                /** Format: date-time */
                timestamp?: string;
            };
            pusher?: string;
            filesChanged: string[];
            fileChanges?: {
                path: string;
                /** @enum {string} */
                status?: "added" | "modified" | "removed" | "renamed";
                linesAdded?: number;
                linesDeleted?: number;
                previousPath?: string;
            }[];
            filesChangedCount: number;
            linesAdded?: number;
            linesDeleted?: number;
            repositories: string[];
            branches: string[];
            /**
             * Format: date-time
             * @description The forge's clock: the earliest push that brought it
             */
            pushedAt?: string;
            parents?: string[];
            isMerge?: boolean;
            verified?: boolean;
            isBot?: boolean;
            forced?: boolean;
            toDefaultBranch?: boolean;
            /** @description Absent where nothing was known to score */
            riskScore?: number;
            /** @enum {string} */
            riskLevel: "low" | "medium" | "high" | "critical" | "unscored";
            riskFactors: {
                id: string;
                half: string;
                description: string;
                evidence: string[];
                contribution: number;
            }[];
            riskModel: string;
            /** @enum {string} */
            riskSource: "model" | "client";
            unscoredReason?: string;
            modelRiskScore?: number;
            likelihood?: number;
            impact?: number;
            compliance: string[];
            complianceReasons?: {
                framework: string;
                reason: string;
                evidence: string[];
            }[];
            declaredRiskScore?: number;
            declaredCompliance?: string[];
            /** @enum {string} */
            source: "api" | "github";
            /**
             * Format: date-time
             * @description Our clock: the first time the commit was seen
             */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            review: components["schemas"]["Review"] | null;
            contentHash: string;
            revision: number;
            changes: {
                revision: number;
                action: string;
                actor: string;
                /** Format: date-time */
                at: string;
                contentHash: string;
            }[];
            schemaVersion: number;
            _etag: string;
            _ts: number;
            _rid: string;
        };
        Review: {
            /** @enum {string} */
            status: "approved" | "rejected" | "acknowledged" | "false-positive";
            note?: string;
            reviewer: string;
            /** Format: date-time */
            at: string;
        };
        Digest: {
            id: string;
            tenantId: string;
            /** Format: date */
            digestDate: string;
            /** Format: date-time */
            createdAt: string;
            commits: number;
            highRiskTotal: number;
        } & {
            [key: string]: unknown;
        };
        Settings: {
            tenantId: string;
            /** @description 0 where nothing was ever set */
            revision: number;
            updatedAt: string | null;
            updatedBy: string | null;
            settings: components["schemas"]["TenantSettings"];
        };
        TenantSettings: {
            /** @description What differs from the default risk policy */
            risk: {
                levels?: {
                    medium?: number;
                    high?: number;
                    critical?: number;
                };
                likelihood?: {
                    intercept?: number;
                    weights?: {
                        sourceLinesAdded?: number;
                        sourceFiles?: number;
                        isFix?: number;
                        isBot?: number;
                        earlierFixes?: number;
                    };
                    expectedLines?: {
                        added?: number;
                        modified?: number;
                        timesWhereMore?: number;
                        timesWhereLess?: number;
                    };
                };
                areas?: {
                    [key: string]: {
                        title?: string;
                        weight?: number;
                        frameworks?: ("HIPAA" | "FDA" | "SOX" | "GDPR" | "PCI-DSS")[];
                        kinds?: ("source" | "test" | "docs" | "generated" | "vendored" | "other")[];
                        globs?: string[];
                        words?: string[];
                        addGlobs?: string[];
                        addWords?: string[];
                    };
                };
                areasInMessageShare?: number;
                combinations?: {
                    [key: string]: {
                        title?: string;
                        weight?: number;
                        area?: string;
                        words?: string[];
                    };
                };
                messageRules?: {
                    [key: string]: {
                        title?: string;
                        weight?: number;
                        phrases?: string[];
                        literals?: string[];
                        verbs?: string[];
                        objects?: string[];
                        wordsBetweenMax?: number;
                    };
                };
                trailers?: {
                    [key: string]: {
                        values?: {
                            [key: string]: number;
                        };
                        frameworks?: ("HIPAA" | "FDA" | "SOX" | "GDPR" | "PCI-DSS")[];
                    };
                };
                signals?: {
                    forcePush?: number;
                    directToDefaultBranch?: number;
                    backDated?: number;
                    futureDated?: number;
                    unsigned?: number;
                    massDeletion?: number;
                };
                signalLimits?: {
                    backDatedDays?: number;
                    futureDatedMinutes?: number;
                    massDeletionFiles?: number;
                };
                signedRepositories?: string[];
                redactions?: {
                    [key: string]: number;
                };
                frameworkWords?: {
                    [key: string]: string[];
                };
                kinds?: {
                    vendored?: string[];
                    generated?: string[];
                    test?: string[];
                    docs?: string[];
                };
                sourceExtensions?: string[];
            };
            thresholds: {
                /** @description Where high-risk commits begin, unless a query says otherwise */
                highRisk: number;
            };
            digest: {
                channels: ({
                    /** @constant */
                    type: "slack";
                    name: string;
                    /**
                     * @default high
                     * @enum {string}
                     */
                    minLevel: "low" | "medium" | "high" | "critical";
                    /**
                     * @description Critical commits are told within two minutes, not only in the morning
                     * @default false
                     */
                    announceCritical: boolean;
                    /** @description Name of the secret; the operator keeps it as an application setting, see docs/api.md */
                    urlSecret: string;
                } | {
                    /** @constant */
                    type: "teams";
                    name: string;
                    /**
                     * @default high
                     * @enum {string}
                     */
                    minLevel: "low" | "medium" | "high" | "critical";
                    /**
                     * @description Critical commits are told within two minutes, not only in the morning
                     * @default false
                     */
                    announceCritical: boolean;
                    /** @description Name of the secret; the operator keeps it as an application setting, see docs/api.md */
                    urlSecret: string;
                } | {
                    /** @constant */
                    type: "email";
                    name: string;
                    /**
                     * @default high
                     * @enum {string}
                     */
                    minLevel: "low" | "medium" | "high" | "critical";
                    /**
                     * @description Critical commits are told within two minutes, not only in the morning
                     * @default false
                     */
                    announceCritical: boolean;
                    to: string[];
                } | {
                    /** @constant */
                    type: "webhook";
                    name: string;
                    /**
                     * @default high
                     * @enum {string}
                     */
                    minLevel: "low" | "medium" | "high" | "critical";
                    /**
                     * @description Critical commits are told within two minutes, not only in the morning
                     * @default false
                     */
                    announceCritical: boolean;
                    /** Format: uri */
                    url: string;
                    /** @description Name of the secret; the operator keeps it as an application setting, see docs/api.md */
                    signingSecret: string;
                })[];
            };
            /** @description Authors may review their own commits */
            allowSelfReview: boolean;
            /** @description Legal holds; where absent, those that stand go on standing. Applied by `audit hold apply`, see docs/recovery.md */
            holds?: {
                name: string;
                /** Format: date */
                startDate: string;
                /** Format: date */
                endDate: string;
                /** @description Stands in the audit log */
                reason: string;
            }[];
        };
        Delivery: {
            deliveryId?: string;
            commits?: number;
            /** @constant */
            duplicate?: true;
            /** @constant */
            pong?: true;
            /** @constant */
            ignored?: true;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "unavailable";
            parts?: {
                [key: string]: string;
            };
        };
        HighRiskCommits: {
            items: components["schemas"]["Commit"][];
            threshold: number;
            days: number;
            nextCursor: string | null;
        };
        CommitBatch: {
            commits: {
                commitHash: string;
                message: string;
                timestamp: string;
                author: string;
                authorName?: string;
                committer?: string | {
                    name?: string;
                    email?: string;
                    timestamp?: string;
                };
                pusher?: string;
                tenantId?: string;
                commitDate?: string;
                riskScore?: number;
                compliance?: string[];
                /** @default [] */
                filesChanged: (string | {
                    path: string;
                    /** @enum {string} */
                    status?: "added" | "modified" | "removed" | "renamed";
                    linesAdded?: number;
                    linesDeleted?: number;
                    previousPath?: string;
                })[];
                linesAdded?: number;
                linesDeleted?: number;
                repository?: string;
                repositories?: string[];
                branch?: string;
                branches?: string[];
                parents?: string[];
                isMerge?: boolean;
                verified?: boolean;
                isBot?: boolean;
            }[];
        };
        IngestedBatch: {
            stored: number;
            updated: number;
            unchanged: number;
            failed: number;
            results: {
                /** @enum {string} */
                status: "stored" | "updated" | "unchanged" | "failed";
                commitHash?: string;
                /** Format: date */
                commitDate?: string;
                riskScore?: number;
                /** @enum {string} */
                riskLevel?: "low" | "medium" | "high" | "critical" | "unscored";
                error?: components["schemas"]["Problem"];
            }[];
        };
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            nextCursor: string | null;
        };
        AuditEntry: {
            /** Format: date */
            auditDate: string;
            sequence: number;
            hash: string;
            id: string;
            tenantId: string;
            subject: string;
            commitHash?: string;
            revision: number;
            /**
             * @example recorded
             * @example amended
             * @example reviewed
             * @example gap
             * @example gap-filled
             * @example redelivered
             * @example settings
             * @example digest
             * @example exported
             * @example queried
             * @example hold
             */
            action: string;
            actor: string;
            contentHash: string;
            /** Format: date-time */
            changedAt: string;
            /** Format: date-time */
            recordedAt: string;
            previousHash: string;
            /** Format: date */
            previousAuditDate?: string;
            detail?: {
                [key: string]: string | number | boolean;
            };
            formatVersion: number;
        };
        CommitPage: {
            items: components["schemas"]["Commit"][];
            nextCursor: string | null;
        };
        DeliveryPage: {
            items: {
                deliveryId: string;
                /** @enum {string} */
                status: "pending" | "processed" | "failed";
                /** Format: date-time */
                receivedAt: string;
                /** Format: date-time */
                processedAt?: string;
                error?: string;
                repository: string;
                ref: string;
                before: string;
                after: string;
            }[];
            counts: {
                pending: number;
                failed: number;
            };
        };
        DigestList: {
            items: components["schemas"]["Digest"][];
        };
        ReplayedDelivery: {
            deliveryId: string;
            /** @constant */
            status: "pending";
        };
        RescoreRequest: {
            /** @description Write nothing, only say what would change */
            dryRun: boolean;
            /** @description Try this policy in place of the `risk` of the settings; with `dryRun` alone */
            risk?: {
                levels?: {
                    medium?: number;
                    high?: number;
                    critical?: number;
                };
                likelihood?: {
                    intercept?: number;
                    weights?: {
                        sourceLinesAdded?: number;
                        sourceFiles?: number;
                        isFix?: number;
                        isBot?: number;
                        earlierFixes?: number;
                    };
                    expectedLines?: {
                        added?: number;
                        modified?: number;
                        timesWhereMore?: number;
                        timesWhereLess?: number;
                    };
                };
                areas?: {
                    [key: string]: {
                        title?: string;
                        weight?: number;
                        frameworks?: ("HIPAA" | "FDA" | "SOX" | "GDPR" | "PCI-DSS")[];
                        kinds?: ("source" | "test" | "docs" | "generated" | "vendored" | "other")[];
                        globs?: string[];
                        words?: string[];
                        addGlobs?: string[];
                        addWords?: string[];
                    };
                };
                areasInMessageShare?: number;
                combinations?: {
                    [key: string]: {
                        title?: string;
                        weight?: number;
                        area?: string;
                        words?: string[];
                    };
                };
                messageRules?: {
                    [key: string]: {
                        title?: string;
                        weight?: number;
                        phrases?: string[];
                        literals?: string[];
                        verbs?: string[];
                        objects?: string[];
                        wordsBetweenMax?: number;
                    };
                };
                trailers?: {
                    [key: string]: {
                        values?: {
                            [key: string]: number;
                        };
                        frameworks?: ("HIPAA" | "FDA" | "SOX" | "GDPR" | "PCI-DSS")[];
                    };
                };
                signals?: {
                    forcePush?: number;
                    directToDefaultBranch?: number;
                    backDated?: number;
                    futureDated?: number;
                    unsigned?: number;
                    massDeletion?: number;
                };
                signalLimits?: {
                    backDatedDays?: number;
                    futureDatedMinutes?: number;
                    massDeletionFiles?: number;
                };
                signedRepositories?: string[];
                redactions?: {
                    [key: string]: number;
                };
                frameworkWords?: {
                    [key: string]: string[];
                };
                kinds?: {
                    vendored?: string[];
                    generated?: string[];
                    test?: string[];
                    docs?: string[];
                };
                sourceExtensions?: string[];
            };
            /**
             * @description Commits a page at most
             * @default 500
             */
            limit: number;
            /** @description `nextCursor` of the page before, with the very same other parameters */
            cursor?: string;
        };
        RescoredPage: {
            /** @description Names the policy that scored */
            riskModel: string;
            dryRun: boolean;
            /** @description Commits of this page that were amended, or would be */
            changed: number;
            failed: number;
            /** @description All commits of this page, by their level before and after */
            levels: {
                /** @enum {string} */
                from: "low" | "medium" | "high" | "critical" | "unscored";
                /** @enum {string} */
                to: "low" | "medium" | "high" | "critical" | "unscored";
                commits: number;
            }[];
            /** @description The commits that come out differently */
            results: {
                commitHash: string;
                /** Format: date */
                commitDate: string;
                subject: string;
                repositories: string[];
                before: {
                    riskScore?: number;
                    /** @enum {string} */
                    riskLevel: "low" | "medium" | "high" | "critical" | "unscored";
                    riskModel: string;
                };
                after: {
                    riskScore?: number;
                    /** @enum {string} */
                    riskLevel: "low" | "medium" | "high" | "critical" | "unscored";
                    riskModel: string;
                };
                /** @description Those that contribute something else than before; the largest first */
                factors: {
                    id: string;
                    description: string;
                    evidence: string[];
                    from: number;
                    to: number;
                }[];
                error?: components["schemas"]["Problem"];
            }[];
            nextCursor: string | null;
        };
        ReviewRequest: {
            /** @enum {string} */
            status: "approved" | "rejected" | "acknowledged" | "false-positive";
            /** @description Secrets and patient identifiers in it are taken out */
            note?: string;
        };
        Stats: {
            /** Format: date */
            startDate: string;
            /** Format: date */
            endDate: string;
            commits: number;
            byDay: {
                /** Format: date */
                date: string;
                commits: number;
                byLevel: {
                    [key: string]: number;
                };
            }[];
            byLevel: {
                [key: string]: number;
            };
            byReview: {
                [key: string]: number;
            };
            byFramework: {
                [key: string]: number;
            };
            byRepository: {
                [key: string]: number;
            };
            byAuthor: {
                [key: string]: number;
            };
            /** @description Commits of names beyond the first 100, where a group has more */
            others: {
                [key: string]: number;
            };
            /** Format: date-time */
            computedAt: string;
        };
        Verification: {
            valid: boolean;
            entries: number;
            head: {
                /** Format: date */
                auditDate: string;
                sequence: number;
                hash: string;
            } | null;
            problems: {
                kind: string;
                message: string;
                sequence?: number;
                id?: string;
                /** Format: date */
                auditDate?: string;
            }[];
            problemsFound: number;
            notes: {
                kind: string;
                message: string;
                sequence?: number;
                id?: string;
                /** Format: date */
                auditDate?: string;
            }[];
        };
    };
    responses: {
        /** @description A problem (RFC 9457); `type` says which */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    auditHead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The head of the last day that has entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditHead"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    coverage: {
        parameters: {
            query?: {
                /** @description `owner/name` */
                repository?: string;
                /** @description Items a page at most */
                limit?: number;
                /** @description `nextCursor` of the page before, with the very same other parameters */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The refs, those of a repository beside each other */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page without scripts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportAudit: {
        parameters: {
            query?: {
                /** @description First day of the log, UTC; default the whole log */
                startDate?: string;
                /** @description Last day of the log, UTC */
                endDate?: string;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    getCommit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
                /** @description Git object name */
                commitHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The commit, with all its files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Commit"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    getDigest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
                /** @description A day, UTC */
                date: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The digest */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Digest"];
                    "text/html": string;
                    "text/markdown": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    getSettings: {
        parameters: {
            query?: {
                /** @description An earlier revision; default the latest */
                revision?: number;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings, or the defaults; the ETag is their revision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    putSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that was looked at; the call is refused with 412 where it has changed */
                "If-Match"?: string;
            };
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantSettings"];
            };
        };
        responses: {
            /** @description The settings as they are now */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    githubWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description A ping, or a delivery that is there already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description Stored durably, or an event that is passed over */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    healthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    healthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It cannot; `parts` says what is down */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    highRiskCommits: {
        parameters: {
            query?: {
                /** @description Smallest risk score; default: `thresholds.highRisk` of the settings, 0.7 where not set */
                threshold?: number;
                /** @description Commits made or first seen within so many days */
                days?: number;
                /** @description Items a page at most; all of them where they are streamed */
                limit?: number;
                /** @description `nextCursor` of the page before, with the very same other parameters */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The commits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HighRiskCommits"];
                    "text/csv": string;
                    "application/x-ndjson": string;
                    "application/sarif+json": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    queryCommits: {
        parameters: {
            query?: {
                /** @description First day, UTC; default 30 days before `endDate` */
                startDate?: string;
                /** @description Last day, UTC; default today */
                endDate?: string;
                /** @description `owner/name` */
                repository?: string;
                /** @description Address of the author, whole */
                author?: string;
                /** @description Smallest risk score */
                minRisk?: number;
                level?: "low" | "medium" | "high" | "critical" | "unscored";
                /** @description A framework, such as HIPAA */
                compliance?: string;
                review?: "unreviewed" | "approved" | "rejected" | "acknowledged" | "false-positive";
                /** @description Only commits whose record changed at or after this instant; without `startDate`, of whatever day */
                updatedSince?: string;
                /** @description Items a page at most */
                limit?: number;
                /** @description `nextCursor` of the page before, with the very same other parameters */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of commits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommitPage"];
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    ingestCommits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    commitHash: string;
                    message: string;
                    timestamp: string;
                    author: string;
                    authorName?: string;
                    committer?: string | {
                        name?: string;
                        email?: string;
                        timestamp?: string;
                    };
                    pusher?: string;
                    tenantId?: string;
                    commitDate?: string;
                    riskScore?: number;
                    compliance?: string[];
                    /** @default [] */
                    filesChanged?: (string | {
                        path: string;
                        /** @enum {string} */
                        status?: "added" | "modified" | "removed" | "renamed";
                        linesAdded?: number;
                        linesDeleted?: number;
                        previousPath?: string;
                    })[];
                    linesAdded?: number;
                    linesDeleted?: number;
                    repository?: string;
                    repositories?: string[];
                    branch?: string;
                    branches?: string[];
                    parents?: string[];
                    isMerge?: boolean;
                    verified?: boolean;
                    isBot?: boolean;
                } | components["schemas"]["CommitBatch"];
            };
        };
        responses: {
            /** @description The commit was known already; or the results of a batch, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Commit"] | components["schemas"]["IngestedBatch"];
                };
            };
            /** @description The commit as it is stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Commit"];
                };
            };
            /** @description A batch of which some failed: the results, in order */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestedBatch"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1, made from the very schemas that check the calls */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    queryAudit: {
        parameters: {
            query?: {
                /** @description First day of the log, UTC */
                startDate?: string;
                /** @description Last day of the log, UTC */
                endDate?: string;
                commitHash?: string;
                /** @description Items a page at most */
                limit?: number;
                /** @description `nextCursor` of the page before, with the very same other parameters */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of the log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    queryDeliveries: {
        parameters: {
            query?: {
                /** @description Set aside, waiting, or done; done ones are kept for 30 days */
                status?: "failed" | "pending" | "processed";
                /** @description Items a page at most */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deliveries, the oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    queryDigests: {
        parameters: {
            query?: {
                /** @description Items a page at most */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DigestList"];
                    "text/html": string;
                    "text/markdown": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    replayDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is in the inbox again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedDelivery"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            /** @description It was not set aside: it is under way, or done */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    rescoreCommits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RescoreRequest"];
            };
        };
        responses: {
            /** @description What has changed, or would */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RescoredPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    reviewCommit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that was looked at; the call is refused with 412 where it has changed */
                "If-Match"?: string;
            };
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
                /** @description Git object name */
                commitHash: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewRequest"];
            };
        };
        responses: {
            /** @description The commit with its review */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Commit"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    stats: {
        parameters: {
            query?: {
                /** @description So many days before today, and today */
                days?: number;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    verifyAudit: {
        parameters: {
            query?: {
                /** @description First day of the log, UTC; default the whole log */
                startDate?: string;
                /** @description Last day of the log, UTC */
                endDate?: string;
                /** @description What somebody kept of the log, `HASH` or `NUMBER:HASH`: it must still be in it */
                head?: string;
            };
            header?: never;
            path: {
                /** @description The tenant, as the token names it */
                tenantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
}
